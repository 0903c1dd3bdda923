package io.forbear.retry;

/**
 * A remote call that returns nothing; otherwise as {@link Operation}.
 *
 * @param <X> what the call throws; inferred as {@link RuntimeException} where nothing checked is thrown
 * @since 0.1
 */
@FunctionalInterface
public interface Action<X extends Throwable> {

    /**
     * Makes one attempt.
     *
     * @throws X when the attempt failed
     */
    void run() throws X;
}
