package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * A remote call that may be interrupted; otherwise as {@link Operation}. The compiler infers its other checked
 * exception alone: for {@code HttpClient.send}, which throws {@code IOException} and {@code InterruptedException},
 * {@code X} is {@code IOException}.
 *
 * @param <T> what the call returns
 * @param <X> what the call throws beside {@link InterruptedException}
 * @since 0.1
 */
@FunctionalInterface
public interface InterruptibleOperation<T extends @Nullable Object, X extends Throwable> {

    /**
     * Makes one attempt.
     *
     * @return the result of the attempt
     * @throws X when the attempt failed
     * @throws InterruptedException when the thread was interrupted
     */
    T call() throws X, InterruptedException;
}
