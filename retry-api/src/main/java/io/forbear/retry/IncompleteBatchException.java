package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * Not all items of a batch succeeded, and the caller has use for all or none. The cause is the failure of the first
 * item that failed, where it has one.
 *
 * @since 0.1
 * @see BatchResult#orElseThrow()
 */
public final class IncompleteBatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** How each item ended; not serialized, since items need not be serializable. */
    private final transient @Nullable BatchResult<?, ?> result;

    /**
     * Creates an exception.
     *
     * @param result how each item ended
     */
    public IncompleteBatchException(BatchResult<?, ?> result) {
        super(result.summary(), firstFailure(result));
        this.result = result;
    }

    private static @Nullable Throwable firstFailure(BatchResult<?, ?> result) {
        for (ItemResult<?, ?> item : result.items()) {
            if (item instanceof ItemResult.Failure<?, ?> failure && failure.failure() != null) {
                return failure.failure();
            }
        }
        return null;
    }

    /**
     * Returns how each item ended.
     *
     * @return the result; {@code null} in a copy that was serialized
     */
    public @Nullable BatchResult<?, ?> result() {
        return result;
    }
}
