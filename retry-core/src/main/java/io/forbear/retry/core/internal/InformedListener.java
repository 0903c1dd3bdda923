package io.forbear.retry.core.internal;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitBreaker.TransitionListener;
import org.jspecify.annotations.Nullable;

/** A listener that a breaker of this library tells why it opened. */
public interface InformedListener extends TransitionListener {

    /**
     * Tells of one transition, in place of {@link #transitioned(State, State)}.
     *
     * @param why {@code null} unless outcomes opened the breaker
     */
    void transitioned(State from, State to, @Nullable Opening why);

    @Override
    default void transitioned(State from, State to) {
        transitioned(from, to, null);
    }
}
