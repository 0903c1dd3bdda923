package io.forbear.retry.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The targets that need nothing but a policy, by the words of a command line.
 *
 * @since 0.1
 */
public enum ExportTarget {
    /** {@link Exports#grpc(ExportedPolicy)}. */
    GRPC("grpc", "json", Exports::grpc),
    /** {@link Exports#envoy}. */
    ENVOY("envoy", "yaml", Exports::envoy),
    /** {@link Exports#gatewayApi}. */
    GATEWAY_API("gateway-api", "yaml", Exports::gatewayApi),
    /** {@link Exports#istio}. */
    ISTIO("istio", "yaml", Exports::istio),
    /** {@link AwsExports#stepFunctions}. */
    STEP_FUNCTIONS("step-functions", "json", policy -> AwsExports.stepFunctions(policy)),
    /** {@link AwsExports#eventBridge(ExportedPolicy)}. */
    EVENTBRIDGE("eventbridge", "json", AwsExports::eventBridge),
    /** {@link AwsExports#scheduler(ExportedPolicy)}. */
    SCHEDULER("scheduler", "json", AwsExports::scheduler),
    /** {@link AwsExports#lambdaInvoke}. */
    LAMBDA("lambda", "json", AwsExports::lambdaInvoke),
    /** {@link AwsExports#lambdaEventSource} of a stream. */
    LAMBDA_STREAM("lambda-stream", "json", policy -> AwsExports.lambdaEventSource(policy, EventSource.KINESIS)),
    /** {@link AwsExports#sqsVisibility}. */
    SQS_VISIBILITY("sqs-visibility", "json", AwsExports::sqsVisibility),
    /** {@link AwsExports#batch(ExportedPolicy)}. */
    BATCH("batch", "json", AwsExports::batch),
    /** {@link AwsExports#batchTimeout}. */
    BATCH_TIMEOUT("batch-timeout", "json", AwsExports::batchTimeout),
    /** {@link AwsExports#apiGateway}. */
    API_GATEWAY("api-gateway", "json", AwsExports::apiGateway),
    /** {@link AwsExports#sdk}. */
    AWS_SDK("aws-sdk", "java", AwsExports::sdk),
    /** {@link Exports#resilience4j}. */
    RESILIENCE4J("resilience4j", "yaml", Exports::resilience4j),
    /** {@link Exports#spring}. */
    SPRING("spring", "java", Exports::spring),
    /** {@link Exports#springRetry}. */
    SPRING_RETRY("spring-retry", "java", Exports::springRetry);

    private final String word;
    private final String format;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Function<ExportedPolicy, ExportResult> export;

    ExportTarget(String word, String format, Function<ExportedPolicy, ExportResult> export) {
        this.word = word;
        this.format = format;
        this.export = export;
    }

    /**
     * Returns its word.
     *
     * @return in lower case with hyphens
     */
    public String word() {
        return word;
    }

    /**
     * Returns the format of its text.
     *
     * @return {@code json}, {@code yaml} or {@code java}
     */
    public String format() {
        return format;
    }

    /**
     * Writes a policy for this target.
     *
     * @param policy what is exported
     * @return the settings and what became of the policy
     */
    public ExportResult export(ExportedPolicy policy) {
        return export.apply(policy);
    }

    /**
     * Returns the target of a word.
     *
     * @param word its name in any case
     * @return the target
     * @throws IllegalArgumentException if there is none of that name; the message lists all
     */
    public static ExportTarget of(String word) {
        return Arrays.stream(values())
                .filter(target -> target.word.equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("to: " + word + " (expected: " + words() + ")"));
    }

    /**
     * Returns the words of all targets.
     *
     * @return separated by {@code |}
     */
    public static String words() {
        return Arrays.stream(values()).map(ExportTarget::word).collect(Collectors.joining(" | "));
    }
}
