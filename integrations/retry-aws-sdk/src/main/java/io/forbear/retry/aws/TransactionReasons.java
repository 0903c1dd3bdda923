package io.forbear.retry.aws;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Why DynamoDB cancelled a transaction. The SDK never retries one. Here it goes again if a reason passes and no reason
 * says that the same request fails again. Nothing of it was written.
 */
final class TransactionReasons {

    /** The list of the service model; the last is one of PartiQL. */
    private static final Set<String> FINAL =
            Set.of("ConditionalCheckFailed", "ValidationError", "ItemCollectionSizeLimitExceeded", "DuplicateItem");

    private static final Set<String> THROTTLES =
            Set.of("ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded");

    private static final Set<String> NO_REASON = Set.of("", "None");

    private TransactionReasons() {}

    /** Returns what the reasons say, {@code null} where the client of DynamoDB did not throw the failure. */
    static @Nullable Classification classify(SdkServiceException failure) {
        return failure.getClass().getName().endsWith(".dynamodb.model.TransactionCanceledException")
                ? Typed.classify(failure)
                : null;
    }

    private static Classification of(List<String> codes) {
        boolean isFinal = codes.stream().anyMatch(FINAL::contains);
        boolean passes = codes.stream().anyMatch(code -> !NO_REASON.contains(code));
        if (isFinal || !passes) {
            return Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();
        }
        boolean throttled = codes.stream().anyMatch(THROTTLES::contains);
        return Classification.of(throttled ? ErrorCategory.RATE_LIMIT : ErrorCategory.TRANSIENT)
                .retryable()
                .notExecuted();
    }

    /** Apart, so that the client of DynamoDB may be missing. */
    private static final class Typed {

        private Typed() {}

        static @Nullable Classification classify(SdkServiceException failure) {
            if (!(failure instanceof TransactionCanceledException cancelled) || !cancelled.hasCancellationReasons()) {
                return null;
            }
            return of(cancelled.cancellationReasons().stream()
                    .map(CancellationReason::code)
                    .map(code -> code == null ? "" : code)
                    .toList());
        }
    }
}
