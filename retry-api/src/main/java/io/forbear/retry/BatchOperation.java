package io.forbear.retry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A remote call that does something with several items at once and says of each how it fared: the unit that {@link
 * Retry#callBatch} attempts, and attempts again with the items that are left.
 *
 * @param <I> the items
 * @param <T> what there is for an item that succeeded
 * @since 0.1
 */
@FunctionalInterface
public interface BatchOperation<I, T extends @Nullable Object> {

    /**
     * Makes one attempt.
     *
     * @param items what is still to do, in the order in which it was given; never empty, unmodifiable
     * @return how each of these items fared
     * @throws Exception when the attempt as a whole failed: then each of these items failed with it
     */
    BatchOutcome<I, T> attempt(List<I> items) throws Exception;
}
