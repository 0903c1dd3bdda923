package io.forbear.retry.aws;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * What a failure says that arose in the client: whether it is retried is the SDK's own rule, of what kind it is comes
 * from its cause.
 */
final class ClientFailures {

    private static final int LONGEST_CHAIN = 16;
    private static final Classification ATTEMPT_TIMEOUT =
            Classification.of(ErrorCategory.TIMEOUT).retryable();

    /** Nothing that another attempt would mend: credentials, a request that cannot be marshalled, an abort. */
    private static final Classification LOCAL =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable().local();

    private ClientFailures() {}

    static Classification classify(SdkClientException failure) {
        if (isEndOfCall(failure)) {
            return LOCAL;
        }
        if (has(failure, ApiCallAttemptTimeoutException.class)) {
            return ATTEMPT_TIMEOUT; // also as the cause of an aborted attempt: the SDK's timer races with its abort
        }
        Throwable cause = failure.getCause();
        return isRetriedType(failure) || isRetriedType(cause) ? ofCause(cause == null ? failure : cause) : LOCAL;
    }

    /** Tells whether the SDK retries a type of exception, on its own and as the cause of another. */
    static boolean isRetriedType(@Nullable Throwable failure) {
        return failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof RetryableException
                || failure instanceof ApiCallAttemptTimeoutException;
    }

    /**
     * Tells whether the call has ended for its caller: its time is over, or it was aborted or cancelled. No attempt is
     * to follow, and the failure says nothing about the service.
     */
    static boolean isEndOfCall(Throwable failure) {
        return has(failure, ApiCallTimeoutException.class)
                || !has(failure, ApiCallAttemptTimeoutException.class)
                        && (has(failure, AbortedException.class)
                                || has(failure, CancellationException.class)
                                || has(failure, InterruptedException.class));
    }

    static boolean isAttemptTimeout(Throwable failure) {
        return has(failure, ApiCallAttemptTimeoutException.class);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        Throwable link = failure;
        for (int depth = 0; link != null && depth < LONGEST_CHAIN; depth++) {
            if (type.isInstance(link)) {
                return true;
            }
            Throwable cause = link.getCause();
            link = cause == link ? null : cause;
        }
        return false;
    }

    private static Classification ofCause(Throwable cause) {
        Classification known = ErrorClassifier.defaults().classify(cause);
        ErrorCategory category = known == null ? ErrorCategory.TRANSIENT : known.category();
        boolean ofLine = category == ErrorCategory.NETWORK_ERROR || category == ErrorCategory.TIMEOUT;
        Classification found =
                Classification.of(ofLine ? category : ErrorCategory.TRANSIENT).retryable();
        if (known != null && known.isNotExecuted()) {
            found = found.notExecuted();
        }
        return known != null && known.isLocal() ? found.local() : found;
    }
}
