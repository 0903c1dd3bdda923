package io.forbear.retry.lab.storm;

import io.forbear.retry.CircuitBreaker;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The changes of state of the fleet's circuit breakers, as they were told. */
final class TransitionLog {

    /** Set before any call is made. */
    private volatile long startNanos;

    private final Queue<PolicyResult.Transition> transitions = new ConcurrentLinkedQueue<>();

    void begin(long nanos) {
        startNanos = nanos;
    }

    void add(String client, CircuitBreaker.State from, CircuitBreaker.State to) {
        double seconds = Rounded.to(3, (System.nanoTime() - startNanos) / 1e9);
        transitions.add(new PolicyResult.Transition(seconds, client, from.name(), to.name()));
    }

    List<PolicyResult.Transition> transitions() {
        return List.copyOf(transitions);
    }
}
