package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * A remote call that returns a value: the unit that is attempted, and attempted again.
 *
 * <p>The checked exceptions of the lambda become those of {@link Retry#call}: a lambda that throws nothing checked
 * needs no {@code catch}.
 *
 * @param <T> what the call returns
 * @param <X> what the call throws; inferred as {@link RuntimeException} where nothing checked is thrown
 * @since 0.1
 */
@FunctionalInterface
public interface Operation<T extends @Nullable Object, X extends Throwable> {

    /**
     * Makes one attempt.
     *
     * @return the result of the attempt
     * @throws X when the attempt failed
     */
    T call() throws X;
}
