package io.forbear.retry.core.call;

import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** How the failures of a batch's items make one failure of the attempt, and one delay. */
final class BatchLead {

    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();

    private BatchLead() {}

    /**
     * Chooses the failure that stands for the attempt: of the items that got furthest in the order of the decision, the
     * first of the most frequent category.
     *
     * @param left the positions of the items that failed, at least one
     */
    static ItemFailure of(int[] left, IntFunction<ItemFailure> failures, CallState call) {
        int furthest = -1;
        int[] counts = new int[CATEGORIES.length];
        ItemFailure[] first = new ItemFailure[CATEGORIES.length];
        for (int position : left) {
            ItemFailure failure = failures.apply(position);
            int reach = reach(failure.refusal(call));
            if (reach > furthest) {
                furthest = reach;
                Arrays.fill(counts, 0);
            }
            int category = failure.classification().category().ordinal();
            if (reach == furthest && counts[category]++ == 0) {
                first[category] = failure;
            }
        }
        int most = 0;
        for (int i = 1; i < counts.length; i++) {
            most = counts[i] > counts[most] ? i : most;
        }
        return Objects.requireNonNull(first[most]);
    }

    private static int reach(@Nullable StopReason refusal) {
        return refusal == null ? Integer.MAX_VALUE : refusal.ordinal();
    }

    /** One draw for each kind of failure, not for each item: the longest of many draws would be no jitter any more. */
    static long longestDelayNanos(int[] left, IntFunction<ItemFailure> failures, CallState call, int countedAttempts) {
        long[] pushback = new long[CATEGORIES.length];
        boolean[] present = new boolean[CATEGORIES.length];
        for (int position : left) {
            Classification found = failures.apply(position).classification();
            int category = found.category().ordinal();
            present[category] = true;
            pushback[category] = Math.max(pushback[category], found.pushbackNanos());
        }
        long longest = 0;
        for (ErrorCategory category : CATEGORIES) {
            if (present[category.ordinal()]) {
                longest = Math.max(longest, Delays.draw(call, countedAttempts, category, pushback[category.ordinal()]));
            }
        }
        return longest;
    }
}
