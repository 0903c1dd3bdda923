package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Codes by which services name their failures, as the name of an exception or as a word of a message. A code is a word
 * that no text contains by chance; letters may be of either case. Sources: the AWS SDKs' tables of throttling and
 * transient errors; Google's API error reasons and canonical codes; Azure's REST error codes.
 */
final class ErrorCodes {

    /** By code, in the letters in which the services write it. */
    static final Map<String, Classification> TABLE = new LinkedHashMap<>();

    private static final Map<String, Classification> FOLDED = new LinkedHashMap<>();
    private static final int LONGEST = 40;

    static {
        Classification rateLimit = Classification.of(RATE_LIMIT);
        put(rateLimit, "Throttling", "ThrottlingException", "Throttled", "ThrottledException", "RequestThrottled");
        put(
                rateLimit,
                "RequestThrottledException",
                "TooManyRequests",
                "TooManyRequestsException",
                "TooManyRequestsError");
        put(rateLimit, "ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException", "SlowDown");
        put(
                rateLimit,
                "RequestLimitExceeded",
                "BandwidthLimitExceeded",
                "LimitExceededException",
                "EC2ThrottledException");
        put(rateLimit, "TransactionInProgressException", "PriorRequestNotComplete", "KMSThrottlingException");
        put(rateLimit, "KmsThrottled", "KmsThrottlingException", "APICallRateForCustomerExceeded", "RateExceeded");
        put(rateLimit, "RateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RateLimitException");
        put(rateLimit, "rate_limit_exceeded", "too_many_requests", "dailyLimitExceeded", "concurrentLimitExceeded");
        put(
                rateLimit,
                "RESOURCE_EXHAUSTED",
                "ServerBusy",
                "ServerTooBusy",
                "RequestRateTooLarge",
                "OperationThrottled");
        put(rateLimit, "rate_limit_error", "rate_limited", "ratelimited", "overloaded_error");
        put(rateLimit, "REQUEST_LIMIT_EXCEEDED");
        put(rateLimit, "OVER_QUERY_LIMIT", "activityLimitReached", "ApplicationThrottled", "ENHANCE_YOUR_CALM");
        put(rateLimit, "SubscriptionRequestsThrottled", "ThrottlingQuotaExceededException");
        put(
                Classification.of(TIMEOUT),
                "RequestTimeout",
                "RequestTimeoutException",
                "OperationTimedOut",
                "TimeoutError",
                "DEADLINE_EXCEEDED");
        put(
                Classification.of(SERVER_ERROR),
                "InternalError",
                "InternalFailure",
                "InternalServerError",
                "InternalServerException");
        put(Classification.of(SERVER_ERROR), "ServiceUnavailable", "ServiceUnavailableException", "backendError");
        put(Classification.of(NETWORK_ERROR), "IDPCommunicationError");
        put(Classification.of(TRANSIENT).notExecuted(), "TransactionConflictException", "REFUSED_STREAM");
        put(Classification.of(TRANSIENT).notExecuted(), "UNABLE_TO_LOCK_ROW");
        put(Classification.of(TRANSIENT), "ReplicatedWriteConflictException");
        Classification clientError = Classification.of(CLIENT_ERROR);
        put(
                clientError,
                "AccessDenied",
                "AccessDeniedException",
                "ExpiredToken",
                "ExpiredTokenException",
                "InvalidClientTokenId");
        put(
                clientError,
                "InvalidIdentityToken",
                "InvalidSignatureException",
                "MissingAuthenticationToken",
                "OptInRequired");
        put(
                clientError,
                "RequestExpired",
                "RequestInTheFuture",
                "AuthFailure",
                "NotAuthorized",
                "NotAuthorizedException",
                "RequestTimeTooSkewed",
                "SignatureDoesNotMatch",
                "UnrecognizedClientException");
        put(clientError, "ConditionalCheckFailedException", "ResourceNotFoundException", "ValidationException");
        put(clientError, "INVALID_ARGUMENT", "PERMISSION_DENIED", "UNAUTHENTICATED", "FAILED_PRECONDITION");
        put(clientError, "ALREADY_EXISTS", "UNIMPLEMENTED", "invalid_grant", "invalid_client", "unauthorized_client");
        put(clientError, "NoSuchKey", "NoSuchBucket", "AuthorizationFailure", "InvalidParameterValue");
    }

    /** The answers that {@link #BY_TYPE} names by their index. */
    private static final List<Classification> ANSWERS = List.copyOf(new LinkedHashSet<>(TABLE.values()));

    /**
     * By the class of an exception: one more than the index of the answer, zero for none. The value is an object of the
     * JDK, so that a class which outlives this library does not hold its class loader.
     */
    private static final ClassValue<Integer> BY_TYPE = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            Classification found = readName(type);
            return found == null ? 0 : ANSWERS.indexOf(found) + 1;
        }
    };

    private ErrorCodes() {}

    private static void put(Classification answer, String... codes) {
        for (String code : codes) {
            TABLE.put(code, answer);
            FOLDED.put(code.toLowerCase(Locale.ROOT), answer);
        }
    }

    /** Returns what a word says if it is a code, {@code null} if it is none. */
    static @Nullable Classification of(String word) {
        return word.length() > LONGEST ? null : FOLDED.get(word.toLowerCase(Locale.ROOT));
    }

    /**
     * Returns what the simple name of a class says. A name such as {@code ValidationException} is a code only where a
     * service's own client has made the class; a name of throttling is one anywhere.
     */
    static @Nullable Classification ofType(Class<?> type) {
        int index = BY_TYPE.get(type);
        return index == 0 ? null : ANSWERS.get(index - 1);
    }

    private static @Nullable Classification readName(Class<?> type) {
        String name = type.getName();
        int start = Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1;
        Classification found = name.startsWith("java.") ? null : of(name.substring(start));
        boolean counts = found == null || found.category() == RATE_LIMIT || isOfService(name);
        return counts ? found : null;
    }

    private static boolean isOfService(String name) {
        return name.startsWith("software.amazon.awssdk.")
                || name.startsWith("com.amazonaws.")
                || name.startsWith("com.azure.")
                || name.startsWith("com.google.");
    }
}
