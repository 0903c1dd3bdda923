package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitBreaker.TransitionListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Remembers what it is told. */
final class Transitions implements TransitionListener {

    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    @Override
    public void transitioned(State from, State to) {
        told.add(from + " -> " + to);
    }

    List<String> told() {
        return List.copyOf(told);
    }
}
