package io.forbear.retry.aws;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorClassifier;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * The retries of a client of the AWS SDK, made by the engine.
 *
 * <pre>{@code
 * SqsClient sqs = AwsRetries.standard().applyTo(SqsClient.builder()).build();
 * SqsClient guarded = AwsRetries.of(retry).applyTo(SqsClient.builder()).build();
 * }</pre>
 *
 * <p>{@link #standard()}, {@link #adaptive()} and {@link #legacy()} decide as the SDK's own modes of the same name do
 * in version 2.57.8: the same attempts, quota and waits. {@link #of(Retry)} takes any {@code Retry}, with its policy,
 * budget, breaker, deadline, listeners.
 *
 * <p>One instance is one quota, one limiter, one set of figures: those of all clients that it is applied to. The SDK
 * has one for each client; make an instance for each to have the same.
 *
 * <h2>What is installed</h2>
 *
 * <p>{@link #applyTo} sets the {@linkplain #strategy() strategy} and an {@linkplain #interceptor() interceptor}. The
 * strategy alone makes the same decisions. With the interceptor, a call has {@linkplain #CALL_OPTIONS options}, errors
 * name service and operation, observers see each attempt, the deadline reaches the SDK's time-outs, and a call that the
 * SDK ends without a word to the strategy, such as by its own time-out of calls, gives back what it holds.
 *
 * <h2>What remains with the SDK</h2>
 *
 * <ul>
 *   <li>Cancelling the future of an asynchronous client does not stop a retry that waits. Where it must, retry around a
 *       client whose own retries are off: {@link Retry#callAsync}, with {@link AwsClassifier} in the policy.
 *   <li>A body that is a stream without {@code mark} cannot be sent again: the retry is granted, and the SDK fails with
 *       an {@link IllegalStateException}.
 *   <li>The clients on the Common Runtime (CRT) of S3 have retries of their own and ask no strategy.
 * </ul>
 *
 * <p>Thread-safe. It does not close the {@code Retry}, nor do clients that are closed.
 *
 * @since 0.1
 */
public final class AwsRetries {

    /**
     * The options of one call, to be put on its request: {@code SendMessageRequest.builder().overrideConfiguration(o ->
     * o.putExecutionAttribute(AwsRetries.CALL_OPTIONS, CallOptions.defaults().deadline(time)))}.
     */
    public static final ExecutionAttribute<CallOptions> CALL_OPTIONS =
            new ExecutionAttribute<>("io.forbear.retry.aws.CallOptions");

    private static final AtomicInteger UNNAMED = new AtomicInteger();

    private final Retry retry;
    private final ErrorClassifier classifier;
    private final boolean longPolling;
    private final BiFunction<String, String, CallOptions> options;
    private final boolean byOperation;
    private final ForbearStrategy strategy;
    private final ConcurrentMap<String, Retry> operations = new ConcurrentHashMap<>();

    private AwsRetries(
            Retry retry,
            ErrorClassifier classifier,
            boolean longPolling,
            BiFunction<String, String, CallOptions> options,
            boolean byOperation) {
        this.retry = retry;
        this.classifier = classifier;
        this.longPolling = longPolling;
        this.options = options;
        this.byOperation = byOperation;
        this.strategy = new ForbearStrategy(retry, classifier, longPolling);
    }

    /**
     * Returns the SDK's standard mode: 3 attempts, waits up to 100 ms that double, 1 s after a throttle, a quota of 500
     * tokens of which a retry takes 5.
     *
     * @return a new instance, named {@code aws}, or {@code aws-2} and so on where there was one before; {@link #named}
     *     gives it a name of its own
     */
    public static AwsRetries standard() {
        return named(nextName()).build();
    }

    /**
     * Returns the SDK's adaptive mode: the standard mode, and a limiter that learns from throttles how fast to send.
     *
     * @return a new instance, named as {@link #standard()} names it
     */
    public static AwsRetries adaptive() {
        return named(nextName()).mode(AwsRetryMode.ADAPTIVE).build();
    }

    /**
     * Returns the SDK's legacy mode: 4 attempts, and throttles that cost nothing of the quota.
     *
     * @return a new instance, named as {@link #standard()} names it
     */
    public static AwsRetries legacy() {
        return named(nextName()).mode(AwsRetryMode.LEGACY).build();
    }

    private static String nextName() {
        int number = UNNAMED.incrementAndGet();
        return number == 1 ? "aws" : "aws-" + number;
    }

    /**
     * Returns a builder of one of the SDK's modes with other settings.
     *
     * @param name the name of the service, which metrics, traces and messages show; not blank
     * @return a new builder, of the standard mode
     * @throws IllegalArgumentException if the name is blank
     */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /**
     * Returns retries by a {@code Retry}. What a failure is says {@link AwsClassifier#services()}, whatever classifier
     * the policy has, which is asked about failures that are not the SDK's.
     *
     * @param retry decides on attempts
     * @return a new instance
     */
    public static AwsRetries of(Retry retry) {
        Objects.requireNonNull(retry, "retry");
        return new AwsRetries(
                retry, AwsClassifier.services(), false, (service, operation) -> CallOptions.defaults(), false);
    }

    /**
     * Returns this with another classifier.
     *
     * @param value is asked before the classifier of the policy, which answers where this returns {@code null}
     * @return a new instance with the same {@code Retry}
     */
    public AwsRetries classifier(ErrorClassifier value) {
        return new AwsRetries(retry, Objects.requireNonNull(value, "classifier"), longPolling, options, byOperation);
    }

    /**
     * Returns this with options by operation, such as that one must not be carried out twice:
     *
     * <pre>{@code
     * AwsRetries.of(retry).options((service, operation) -> operation.equals("PutMetricData")
     *         ? CallOptions.defaults().nonIdempotent()
     *         : CallOptions.defaults())
     * }</pre>
     *
     * @param value given service and operation as the SDK names them, such as {@code Sqs} and {@code SendMessage},
     *     returns the options; those of a request are added to them
     * @return a new instance with the same {@code Retry}
     */
    public AwsRetries options(BiFunction<String, String, CallOptions> value) {
        return new AwsRetries(retry, classifier, longPolling, Objects.requireNonNull(value, "options"), byOperation);
    }

    /**
     * Returns this with each operation as a client of the {@code Retry}, named like {@code Sqs.SendMessage}: it has
     * figures of its own, and a budget of its own where clients have one.
     *
     * @return a new instance with the same {@code Retry}
     */
    public AwsRetries byOperation() {
        return new AwsRetries(retry, classifier, longPolling, options, true);
    }

    /**
     * Sets strategy and interceptor on the builder of a client, synchronous or asynchronous. All else that the builder
     * has been told stays; time-outs of calls and attempts that it has are not replaced by those of the policy.
     *
     * @param builder the builder of any client of the SDK; a later call of its {@code overrideConfiguration} takes this
     *     away again
     * @return the builder
     * @param <B> the type of the builder
     * @param <C> the type of the client
     */
    public <B extends SdkClientBuilder<B, C>, C> B applyTo(B builder) {
        ClientOverrideConfiguration before = builder.overrideConfiguration();
        List<ExecutionInterceptor> others = before.executionInterceptors().stream()
                .filter(other -> !(other instanceof CallInterceptor))
                .toList();
        ExecutionInterceptor own = new CallInterceptor(
                this,
                before.apiCallTimeout().isEmpty(),
                before.apiCallAttemptTimeout().isEmpty());
        return builder.overrideConfiguration(before.toBuilder()
                .retryStrategy(strategy)
                .executionInterceptors(others)
                .addExecutionInterceptor(own)
                .build());
    }

    /**
     * Returns the strategy, to be set without the interceptor.
     *
     * @return the one strategy of this instance
     */
    public RetryStrategy strategy() {
        return strategy;
    }

    /**
     * Returns an interceptor that belongs to the {@linkplain #strategy() strategy} of this instance.
     *
     * @return a new interceptor, which replaces no time-out
     */
    public ExecutionInterceptor interceptor() {
        return new CallInterceptor(this, false, false);
    }

    /**
     * Returns what decides on attempts, for its figures and operations.
     *
     * @return the {@code Retry}
     */
    public Retry retry() {
        return retry;
    }

    CallOptions optionsOf(String service, String operation) {
        return options.apply(service, operation);
    }

    /** Returns the view for an operation, which is kept: the operations of a client are few. */
    Retry view(String service, String operation) {
        return byOperation ? operations.computeIfAbsent(service + "." + operation, retry::forClient) : retry;
    }

    @Override
    public String toString() {
        return strategy.toString();
    }

    /**
     * Collects the settings of one of the SDK's modes. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final String name;
        private AwsRetryMode mode = AwsRetryMode.STANDARD;
        private boolean rules2026;
        private boolean dynamoDb;
        private int maxAttempts;
        private UnaryOperator<Retries.Builder> engine = UnaryOperator.identity();

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Sets the mode; {@link AwsRetryMode#STANDARD} by default.
         *
         * @param value the mode
         * @return this
         */
        public Builder mode(AwsRetryMode value) {
            this.mode = Objects.requireNonNull(value, "mode");
            return this;
        }

        /**
         * Sets whether version 2.1 of the SDK's retry specification holds, which the SDK has behind the switch {@code
         * AWS_NEW_RETRIES_2026}: waits from 50 ms, 14 tokens for a retry and 5 after a throttle, {@code
         * LimitExceededException} as a throttle, {@code x-amz-retry-after} for up to 5 s more than the backoff, and one
         * wait before a long poll fails. Off by default; without effect on the legacy mode.
         *
         * @param value {@code true} for the rules of 2026
         * @return this
         */
        public Builder rules2026(boolean value) {
            this.rules2026 = value;
            return this;
        }

        /**
         * Says that the client is one of DynamoDB, for which the SDK waits from 25 ms and makes 9 attempts, 4 under the
         * rules of 2026.
         *
         * @return this
         */
        public Builder dynamoDb() {
            this.dynamoDb = true;
            return this;
        }

        /**
         * Sets the most attempts of a call; that of the mode by default.
         *
         * @param value total attempts, the first included; at least 1
         * @return this
         * @throws IllegalArgumentException if the value is below 1
         */
        public Builder maxAttempts(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("maxAttempts: " + value + " (expected: >= 1)");
            }
            this.maxAttempts = value;
            return this;
        }

        /**
         * Changes what the mode has made of the engine: adds a listener or a breaker, sets the clock, replaces the
         * budget.
         *
         * @param change given the builder with the settings of the mode, returns the builder that is used
         * @return this
         */
        public Builder engine(UnaryOperator<Retries.Builder> change) {
            this.engine = Objects.requireNonNull(change, "change");
            return this;
        }

        /**
         * Makes the instance.
         *
         * @return a new instance with a {@code Retry} of its own
         */
        public AwsRetries build() {
            int attempts = maxAttempts > 0 ? maxAttempts : AwsModes.maxAttempts(mode, rules2026, dynamoDb);
            RetryPolicy policy = AwsModes.policy(mode, rules2026, dynamoDb, attempts);
            Retry made =
                    engine.apply(AwsModes.engine(name, mode, rules2026, policy)).build();
            boolean newRules = rules2026 && mode != AwsRetryMode.LEGACY;
            return new AwsRetries(
                    made,
                    newRules ? AwsClassifier.sdk().rules2026() : AwsClassifier.sdk(),
                    newRules && mode == AwsRetryMode.STANDARD,
                    (service, operation) -> CallOptions.defaults(),
                    false);
        }
    }
}
