package io.forbear.retry.aws;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Tells what kind of failure a client of the AWS SDK throws: by the error code of the service first, then by the
 * status. Throttles that come with status 400 are a {@link ErrorCategory#RATE_LIMIT}.
 *
 * <p>There are two sets of rules. {@link #sdk()} retries what version 2.57.8 of the SDK retries, and nothing else.
 * {@link #services()} also knows what the services say of their own error codes: which throttles the SDK's table lacks,
 * which conflicts pass, which 502 of Lambda never heals, why a transaction of DynamoDB was cancelled. To it, a code
 * that tells of a fault inside the service counts under any status, and a code may come with its namespace.
 *
 * <p>It serves in a policy too, around a client whose own retries are off:
 *
 * <pre>{@code
 * RetryPolicy.builder().classifier(AwsClassifier.services()).build()
 * }</pre>
 *
 * <p>Categories: a throttle is a {@code RATE_LIMIT}; a time-out that the service tells of a {@code TIMEOUT}; a status
 * from 500 a {@code SERVER_ERROR}; another failure that is retried {@code TRANSIENT}; the rest {@code CLIENT_ERROR}.
 * What the server asked for, by {@code x-amz-retry-after} or {@code Retry-After}, is the pushback. Immutable.
 *
 * @since 0.1
 */
public final class AwsClassifier implements ErrorClassifier {

    private static final int LONGEST_CHAIN = 16;
    private static final String FUNCTION_ERROR = "X-Amz-Function-Error";
    private static final AwsClassifier SDK = new AwsClassifier(false, false);
    private static final AwsClassifier SERVICES = new AwsClassifier(true, false);
    private static final AwsClassifier SDK_2026 = new AwsClassifier(false, true);
    private static final AwsClassifier SERVICES_2026 = new AwsClassifier(true, true);

    private final boolean services;
    private final boolean rules2026;

    private AwsClassifier(boolean services, boolean rules2026) {
        this.services = services;
        this.rules2026 = rules2026;
    }

    /**
     * Returns the rules of the SDK itself, as of its version 2.57.8.
     *
     * @return a shared instance
     */
    public static AwsClassifier sdk() {
        return SDK;
    }

    /**
     * Returns the rules of the SDK and, before them, what the services say of their own error codes.
     *
     * @return a shared instance
     */
    public static AwsClassifier services() {
        return SERVICES;
    }

    /**
     * Returns this with the rule that version 2.1 of the SDK's retry specification adds: {@code LimitExceededException}
     * is a throttle, of whichever service, unless {@link #services()} knows that it is a quota there.
     *
     * @return a shared instance
     */
    public AwsClassifier rules2026() {
        return services ? SERVICES_2026 : SDK_2026;
    }

    /**
     * Classifies what a client of the SDK threw.
     *
     * @param failure the failure; that of the SDK may be one of its causes
     * @return what is known of it, {@code null} where no exception of the SDK is in the cause chain
     */
    @Override
    public @Nullable Classification classify(Throwable failure) {
        Throwable link = failure;
        for (int depth = 0; link != null && depth < LONGEST_CHAIN; depth++) {
            if (link instanceof SdkServiceException answer) {
                return ofAnswer(answer);
            }
            if (link instanceof SdkClientException local) {
                return ClientFailures.classify(local);
            }
            Throwable cause = link.getCause();
            link = cause == link ? null : cause;
        }
        return null;
    }

    private Classification ofAnswer(SdkServiceException failure) {
        AwsErrorDetails details = failure instanceof AwsServiceException aws ? aws.awsErrorDetails() : null;
        String code = details == null ? null : details.errorCode();
        Classification found = services && code != null
                ? ofService(serviceOf(failure, details), plain(code), failure)
                : SdkRules.of(failure, code, rules2026);
        return found.pushback(RetryHints.of(details));
    }

    private Classification ofService(String service, String code, SdkServiceException failure) {
        Classification own = ServiceRules.of(service, code, failure);
        if (own != null) {
            return own;
        }
        Classification found = SdkRules.of(failure, code, rules2026);
        if (isRetried(found)) {
            return found;
        }
        Classification byCode = SdkRules.ofCode(code, rules2026); // whatever the status is
        return isRetried(byCode) ? byCode : found;
    }

    private static boolean isRetried(Classification found) {
        return found.isRetryable(found.category() != ErrorCategory.CLIENT_ERROR);
    }

    /** Returns the code alone: on the wire a namespace may stand before it and an address behind it. */
    private static String plain(String code) {
        int end = code.indexOf(':');
        String named = end < 0 ? code : code.substring(0, end);
        return named.substring(named.lastIndexOf('#') + 1);
    }

    /**
     * Classifies the error code that a service gave one entry of a batch, in an answer that as a whole was a success.
     * There is no status beside it, so the code decides alone.
     *
     * <p>A code that tells of a fault inside the service is a {@code SERVER_ERROR}, a code that is not known a {@code
     * CLIENT_ERROR} that is not retried. An entry that failed without a code is {@code TRANSIENT}.
     *
     * @param service the name of the service as its client has it, such as {@code dynamodb}
     * @param code the error code, such as {@code ProvisionedThroughputExceededException}; {@code null} or empty where
     *     the service gave none
     * @return what is known of it
     */
    public Classification ofEntry(String service, @Nullable String code) {
        if (code == null || code.isEmpty()) {
            return Classification.of(ErrorCategory.TRANSIENT).retryable();
        }
        if (!services) {
            return SdkRules.ofCode(code, rules2026);
        }
        Classification own = ServiceRules.ofCode(lower(service), plain(code));
        return own == null ? SdkRules.ofCode(plain(code), rules2026) : own;
    }

    /** Returns the name of the service in lower case, such as {@code dynamodb}. */
    private static String serviceOf(SdkServiceException failure, @Nullable AwsErrorDetails details) {
        String name = details == null ? null : details.serviceName();
        if (name == null) {
            String type = failure.getClass().getName();
            String before = "software.amazon.awssdk.services.";
            name = type.startsWith(before) ? type.substring(before.length(), type.indexOf('.', before.length())) : "";
        }
        return lower(name);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT).replace(" ", "");
    }

    /**
     * Tells whether a response is a failure that no exception tells of: a function of Lambda that failed answers 200
     * with the header {@code X-Amz-Function-Error}. It is not retried, since the function ran; a policy whose functions
     * may run twice says so by a rule of its own.
     *
     * <pre>{@code
     * RetryPolicy.builder().classifyResult(SdkResponse.class, AwsClassifier::ofResponse)
     * }</pre>
     *
     * @param response what a client returned
     * @return a {@code CLIENT_ERROR} that is not retried, else {@link Classification#success()}
     */
    public static Classification ofResponse(SdkResponse response) {
        boolean failed = response.sdkHttpResponse() != null
                && response.sdkHttpResponse()
                        .firstMatchingHeader(FUNCTION_ERROR)
                        .isPresent();
        return failed ? Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable() : Classification.success();
    }

    /**
     * Tells what an answer of an API Gateway says to a client of HTTP, without the SDK. A throttled request (429,
     * {@code Too Many Requests}) was not passed on. A quota that is used up (429, {@code Limit Exceeded}) is one of a
     * day, a week or a month, and is not retried. Behind a 504 the integration may still run.
     *
     * @param status the status of the answer
     * @param body its body, {@code null} where it was not read: then the two kinds of 429 cannot be told apart, and
     *     both are retried
     * @return the classification, {@link Classification#success()} for a status from 100 to 399
     */
    public static Classification ofApiGateway(int status, @Nullable String body) {
        Classification found = Classification.ofHttpStatus(status);
        if (status != 429) {
            return found;
        }
        boolean quota = body != null && body.toLowerCase(Locale.ROOT).contains("limit exceeded");
        return quota ? found.notRetryable() : found.notExecuted();
    }

    @Override
    public String toString() {
        return "AwsClassifier(" + (services ? "services" : "sdk") + (rules2026 ? ", rules of 2026" : "") + ")";
    }
}
