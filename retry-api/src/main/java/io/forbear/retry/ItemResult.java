package io.forbear.retry;

import io.forbear.retry.error.Classification;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one item of a batch ended.
 *
 * @param <I> the items
 * @param <T> what there is for an item that succeeded
 * @since 0.1
 */
public sealed interface ItemResult<I, T extends @Nullable Object> {

    /**
     * Returns the item.
     *
     * @return the object that was given
     */
    I item();

    /**
     * Returns the position of the item in the list that was given, which tells equal items apart.
     *
     * @return from 0
     */
    int position();

    /**
     * Returns how many attempts the item was part of.
     *
     * @return 1 or more
     */
    int attempts();

    /**
     * Tells which of the two this is.
     *
     * @return {@code true} for a {@link Success}
     */
    boolean isSuccess();

    /**
     * The item succeeded, at its last attempt.
     *
     * @param item the item
     * @param position its position in the list that was given, from 0
     * @param attempts how many attempts it was part of
     * @param value its result
     * @param <I> the items
     * @param <T> the type of the result
     * @since 0.1
     */
    record Success<I, T extends @Nullable Object>(I item, int position, int attempts, T value)
            implements ItemResult<I, T> {
        @Override
        public boolean isSuccess() {
            return true;
        }
    }

    /**
     * The item never succeeded.
     *
     * @param item the item
     * @param position its position in the list that was given, from 0
     * @param attempts how many attempts it was part of
     * @param reason why it was not attempted again
     * @param classification what its last failure was found to be
     * @param failure its last failure, {@code null} where there was no exception
     * @param value the result that the policy called a failure, {@code null} where there was none
     * @param <I> the items
     * @param <T> the type of results
     * @since 0.1
     */
    record Failure<I, T extends @Nullable Object>(
            I item,
            int position,
            int attempts,
            StopReason reason,
            Classification classification,
            @Nullable Throwable failure,
            @Nullable T value)
            implements ItemResult<I, T> {
        /**
         * Checks that the reason is known.
         *
         * @param item the item
         * @param position its position in the list that was given, from 0
         * @param attempts how many attempts it was part of
         * @param reason why it was not attempted again
         * @param classification what its last failure was found to be
         * @param failure its last failure, {@code null} where there was no exception
         * @param value the result that the policy called a failure, {@code null} where there was none
         */
        public Failure {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(classification, "classification");
        }

        @Override
        public boolean isSuccess() {
            return false;
        }
    }
}
