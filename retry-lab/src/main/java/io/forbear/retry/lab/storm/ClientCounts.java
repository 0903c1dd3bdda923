package io.forbear.retry.lab.storm;

import io.forbear.retry.RetrySnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the clients of a run count themselves.
 *
 * @param budgetDenied calls that a budget stopped
 * @param breakerTransitions changes of state of all circuit breakers
 * @param transitions these changes one by one
 */
record ClientCounts(long budgetDenied, long breakerTransitions, List<PolicyResult.Transition> transitions) {

    static ClientCounts of(List<RetrySnapshot> snapshots, List<PolicyResult.Transition> transitions) {
        return new ClientCounts(
                snapshots.stream().mapToLong(RetrySnapshot::budgetDenied).sum(),
                snapshots.stream().mapToLong(RetrySnapshot::breakerTransitions).sum(),
                transitions);
    }

    /** Both together, their transitions in the order of time. */
    ClientCounts and(ClientCounts other) {
        List<PolicyResult.Transition> all = new ArrayList<>(transitions);
        all.addAll(other.transitions);
        all.sort(Comparator.comparingDouble(PolicyResult.Transition::seconds));
        return new ClientCounts(
                budgetDenied + other.budgetDenied, breakerTransitions + other.breakerTransitions, List.copyOf(all));
    }
}
