package io.forbear.retry.lab.storm;

import io.forbear.retry.CircuitBreaker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The changes of state of the fleet's circuit breakers, as they were told. */
final class TransitionLog {

    private final long startNanos;
    private final List<PolicyResult.Transition> transitions = new CopyOnWriteArrayList<>();

    TransitionLog(long startNanos) {
        this.startNanos = startNanos;
    }

    void add(String client, CircuitBreaker.State from, CircuitBreaker.State to) {
        double seconds = Rounded.to(3, (System.nanoTime() - startNanos) / 1e9);
        transitions.add(new PolicyResult.Transition(seconds, client, from.name(), to.name()));
    }

    List<PolicyResult.Transition> transitions() {
        return List.copyOf(transitions);
    }
}
