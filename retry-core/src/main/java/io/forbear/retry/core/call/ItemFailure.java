package io.forbear.retry.core.call;

import io.forbear.retry.ItemOutcome;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * The last failure of an item of a batch.
 *
 * @param classification what it is
 * @param failure the exception, {@code null} for none
 * @param value the result that the policy calls a failure, {@code null} for none
 * @param never why it is never retried, whatever the policy says; {@code null} where the policy is asked
 */
record ItemFailure(
        Classification classification,
        @Nullable Throwable failure,
        @Nullable Object value,
        @Nullable StopReason never) {

    /** Of items that were never judged, since the call was abandoned. */
    static final ItemFailure NONE = new ItemFailure(Failures.NEVER, null, null, StopReason.CANCELLED);

    /** Returns what an item failed with, as the operation says it. */
    static ItemFailure of(ItemOutcome.Failure<?> told, Plan plan) {
        Throwable thrown = told.failure();
        Throwable failure = thrown == null ? null : Failures.unwrap(thrown);
        Classification given = told.classification();
        StopReason never = failure == null || !plan.enabled() ? null : Failures.never(failure);
        if (failure == null || never != null || !plan.enabled()) {
            return new ItemFailure(given == null ? Failures.NEVER : given, failure, null, never);
        }
        return new ItemFailure(
                given == null ? Failures.classify(plan.rules.classifier, failure) : given, failure, null, null);
    }

    /** Returns this with its result gone: it was discarded. */
    ItemFailure withoutValue() {
        return new ItemFailure(classification, failure, null, never);
    }

    /** Tells whether the service answered that this item is at fault, which says nothing against the service. */
    boolean isItemsOwnFault() {
        return never == null && classification.category() == ErrorCategory.CLIENT_ERROR;
    }

    /** The first part of the decision, for this item alone. */
    @Nullable
    StopReason refusal(CallState call) {
        return never == null ? Decision.refusal(call, classification) : never;
    }
}
