package io.forbear.retry.core.internal;

import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * Why outcomes opened a breaker.
 *
 * @param calls what its window held, or the probes that had ended
 * @param failures those of them that failed
 * @param slow those of them that were slow
 * @param top the category of most failures, {@code null} where they are not known by category
 * @param topFailures how many were of that category
 * @param last the category of the failure that opened, {@code null} where none did
 */
public record Opening(
        long calls,
        long failures,
        long slow,
        @Nullable ErrorCategory top,
        long topFailures,
        @Nullable ErrorCategory last) {

    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();

    /**
     * Finds the category of most failures.
     *
     * @param byCategory failures by ordinal, {@code null} where they are not known
     */
    public static Opening of(
            long calls, long failures, long slow, long @Nullable [] byCategory, @Nullable ErrorCategory last) {
        if (byCategory == null || failures == 0) {
            return new Opening(calls, failures, slow, null, 0, last);
        }
        int top = 0;
        for (int i = 1; i < byCategory.length; i++) {
            top = byCategory[i] > byCategory[top] ? i : top;
        }
        // the categories were read later, when there may have been more failures
        return new Opening(calls, failures, slow, CATEGORIES[top], Math.min(failures, byCategory[top]), last);
    }
}
