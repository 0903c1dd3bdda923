package io.forbear.retry.aws;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * What the SDK itself makes of an answer, as of 2.57.8: the tables of {@code AwsErrorCode} and {@code
 * SdkDefaultRetrySetting}. The traits of the service models are in the exceptions themselves.
 */
final class SdkRules {

    static final Classification THROTTLED =
            Classification.of(ErrorCategory.RATE_LIMIT).retryable().notExecuted();

    /** Refused since the same transaction is under way: another attempt of it may be carried out. */
    private static final Classification IN_PROGRESS =
            Classification.of(ErrorCategory.RATE_LIMIT).retryable();

    private static final Set<Integer> RETRIED_STATUSES = Set.of(500, 502, 503, 504);
    private static final Set<String> TIMEOUT_CODES = Set.of("RequestTimeout", "RequestTimeoutException");
    private static final Set<String> THROTTLING_CODES = Set.of(
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "ProvisionedThroughputExceededException",
            "SlowDown",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "EC2ThrottledException");

    /** Codes that services give for faults of their own, beside all that begin with "Internal". */
    private static final Set<String> SERVER_CODES =
            Set.of("ServiceUnavailable", "ServiceUnavailableException", "ServiceException", "ServerException");

    private static final String INTERNAL_ERROR = "InternalError";
    private static final String PRIOR_REQUEST = "PriorRequestNotComplete";

    private SdkRules() {}

    static Classification of(SdkServiceException failure, @Nullable String code, boolean rules2026) {
        if (failure.isThrottlingException() || rules2026 && "LimitExceededException".equals(code)) {
            return "TransactionInProgressException".equals(code) ? IN_PROGRESS : THROTTLED;
        }
        if (code != null && TIMEOUT_CODES.contains(code)) {
            return Classification.of(ErrorCategory.TIMEOUT).retryable();
        }
        boolean internal = INTERNAL_ERROR.equals(code);
        int status = failure.statusCode();
        boolean retried = internal
                || PRIOR_REQUEST.equals(code)
                || RETRIED_STATUSES.contains(status)
                || failure.isRetryableException()
                || failure.isClockSkewException()
                || ClientFailures.isRetriedType(failure.getCause());
        if (internal || status >= 500) { // an error in a 200 is told by its code alone
            return verdict(ErrorCategory.SERVER_ERROR, retried);
        }
        return verdict(retried ? ErrorCategory.TRANSIENT : ErrorCategory.CLIENT_ERROR, retried);
    }

    /** The same by the code alone, where there is no status: that of an entry of a batch. */
    static Classification ofCode(String code, boolean rules2026) {
        if (THROTTLING_CODES.contains(code) || rules2026 && "LimitExceededException".equals(code)) {
            return THROTTLED;
        }
        if ("TransactionInProgressException".equals(code)) {
            return IN_PROGRESS;
        }
        if (TIMEOUT_CODES.contains(code)) {
            return Classification.of(ErrorCategory.TIMEOUT).retryable();
        }
        if (SERVER_CODES.contains(code) || code.startsWith("Internal")) {
            return verdict(ErrorCategory.SERVER_ERROR, true);
        }
        boolean passes = PRIOR_REQUEST.equals(code);
        return verdict(passes ? ErrorCategory.TRANSIENT : ErrorCategory.CLIENT_ERROR, passes);
    }

    private static Classification verdict(ErrorCategory category, boolean retried) {
        Classification found = Classification.of(category);
        return retried ? found.retryable() : found.notRetryable();
    }
}
