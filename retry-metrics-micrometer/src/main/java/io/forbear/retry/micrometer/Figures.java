package io.forbear.retry.micrometer;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;

/** Sums of snapshots. Written by one thread, then never again. */
final class Figures {

    private static final StopReason[] REASONS = StopReason.values();
    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();
    private static final CircuitBreaker.State[] STATES = CircuitBreaker.State.values();

    // ---- counters, which outlive the retry that counted

    long firstTry;
    long recovered;
    long calls;
    long attempts;
    long nested;
    long delayNanos;
    long clientsEvicted;
    private final long[] stopped = new long[REASONS.length];
    private final long[] failed = new long[CATEGORIES.length];
    private final long[] transitions = new long[STATES.length];

    // ---- gauges, which end with it

    double budgetBalance = Double.NaN;
    double budgetCapacity = Double.NaN;
    long clientsTracked;
    private final long[] breakers = new long[STATES.length];

    /** Adds what is counted since a retry was built. */
    void addCounters(RetrySnapshot snapshot) {
        firstTry += Math.max(0, snapshot.successes() - snapshot.recovered());
        recovered += snapshot.recovered();
        calls += snapshot.calls();
        attempts += snapshot.attempts();
        nested += snapshot.nested();
        delayNanos += snapshot.delayNanos();
        clientsEvicted += snapshot.clientsEvicted();
        for (StopReason reason : REASONS) {
            stopped[reason.ordinal()] += snapshot.stopped(reason);
        }
        for (ErrorCategory category : CATEGORIES) {
            failed[category.ordinal()] += snapshot.failedAttempts(category);
        }
        for (CircuitBreaker.State state : STATES) {
            transitions[state.ordinal()] += snapshot.breakerTransitions(state);
        }
    }

    /** Adds what is so now. A budget or breaker that is not there adds nothing. */
    void addGauges(RetrySnapshot snapshot) {
        if (Double.isFinite(snapshot.budgetCapacity())) {
            budgetBalance = plus(budgetBalance, snapshot.budgetRemaining());
            budgetCapacity = plus(budgetCapacity, snapshot.budgetCapacity());
        }
        snapshot.breakerState().ifPresent(state -> breakers[state.ordinal()]++);
        clientsTracked += snapshot.clientsTracked();
    }

    private static double plus(double sum, double more) {
        return Double.isNaN(sum) ? more : sum + more;
    }

    /** Adds the counters of others. */
    void addCounters(Figures others) {
        firstTry += others.firstTry;
        recovered += others.recovered;
        calls += others.calls;
        attempts += others.attempts;
        nested += others.nested;
        delayNanos += others.delayNanos;
        clientsEvicted += others.clientsEvicted;
        add(stopped, others.stopped);
        add(failed, others.failed);
        add(transitions, others.transitions);
    }

    private static void add(long[] sums, long[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
    }

    /**
     * Raises the counters to those of an earlier reading: figures that are read one after the other while calls go on
     * may differ by a call, and a counter that falls would look like a restart.
     */
    void notBelow(Figures earlier) {
        firstTry = Math.max(firstTry, earlier.firstTry);
        recovered = Math.max(recovered, earlier.recovered);
        calls = Math.max(calls, earlier.calls);
        attempts = Math.max(attempts, earlier.attempts);
        nested = Math.max(nested, earlier.nested);
        delayNanos = Math.max(delayNanos, earlier.delayNanos);
        clientsEvicted = Math.max(clientsEvicted, earlier.clientsEvicted);
        raise(stopped, earlier.stopped);
        raise(failed, earlier.failed);
        raise(transitions, earlier.transitions);
    }

    private static void raise(long[] figures, long[] least) {
        for (int i = 0; i < figures.length; i++) {
            figures[i] = Math.max(figures[i], least[i]);
        }
    }

    long stopped(StopReason reason) {
        return stopped[reason.ordinal()];
    }

    long failed(ErrorCategory category) {
        return failed[category.ordinal()];
    }

    long transitions(CircuitBreaker.State entered) {
        return transitions[entered.ordinal()];
    }

    long breakersIn(CircuitBreaker.State state) {
        return breakers[state.ordinal()];
    }

    double delaySeconds() {
        return delayNanos / 1e9;
    }

    double amplification() {
        return calls == 0 ? 1 : (double) attempts / calls;
    }
}
