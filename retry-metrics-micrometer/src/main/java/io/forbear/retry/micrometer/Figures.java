package io.forbear.retry.micrometer;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.BreakerWindow;
import io.forbear.retry.operations.ServiceOperations;

/**
 * Sums of what retries of one name have counted, and of what they show now. Written by one thread, then never again.
 */
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
    private long allRefused;
    private final long[] stopped = new long[REASONS.length];
    private final long[] refused = new long[REASONS.length];
    private final long[] failed = new long[CATEGORIES.length];
    private final long[] repeated = new long[RetrySnapshot.LAST_UPSTREAM_ATTEMPT + 1];
    private final long[] transitions = new long[STATES.length];

    // ---- gauges, which end with it

    double budgetBalance = Double.NaN;
    double budgetCapacity = Double.NaN;
    double budgetLeft = Double.NaN;
    /** Attempts per call made of late: set by the reader, which knows an earlier reading. */
    double amplification = Double.NaN;

    long clientsTracked;
    long paused;
    private final long[] breakers = new long[STATES.length];
    private boolean hasWindow;
    private long windowCalls;
    private long windowFailures;
    private long windowSlow;

    /** Adds what is counted since a retry was built. */
    void addCounters(RetrySnapshot snapshot) {
        firstTry += Math.max(0, snapshot.successes() - snapshot.recovered());
        recovered += snapshot.recovered();
        calls += snapshot.calls();
        attempts += snapshot.attempts();
        nested += snapshot.nested();
        delayNanos += snapshot.delayNanos();
        clientsEvicted += snapshot.clientsEvicted();
        allRefused += snapshot.refused();
        for (StopReason reason : REASONS) {
            stopped[reason.ordinal()] += snapshot.stopped(reason);
            refused[reason.ordinal()] += snapshot.refused(reason);
        }
        for (ErrorCategory category : CATEGORIES) {
            failed[category.ordinal()] += snapshot.failedAttempts(category);
        }
        for (int attempt = 2; attempt < repeated.length; attempt++) {
            repeated[attempt] += snapshot.repeatedCalls(attempt);
        }
        for (CircuitBreaker.State state : STATES) {
            transitions[state.ordinal()] += snapshot.breakerTransitions(state);
        }
    }

    /** Adds what is so now. A budget or breaker that is not there adds nothing. */
    void addGauges(RetrySnapshot snapshot, ServiceOperations operations) {
        if (Double.isFinite(snapshot.budgetCapacity())) {
            budgetBalance = plus(budgetBalance, snapshot.budgetRemaining());
            budgetCapacity = plus(budgetCapacity, snapshot.budgetCapacity());
            budgetLeft = least(budgetLeft, share(snapshot.budgetRemaining(), snapshot.budgetCapacity()));
        }
        snapshot.breakerState().ifPresent(state -> breakers[state.ordinal()]++);
        operations.breakerWindow().ifPresent(this::addWindow);
        operations.pause().ifPresent(pause -> paused++);
        clientsTracked += snapshot.clientsTracked();
    }

    private void addWindow(BreakerWindow window) {
        hasWindow = true;
        windowCalls += window.calls();
        windowFailures += window.failures();
        windowSlow += window.slow();
    }

    private static double plus(double sum, double more) {
        return Double.isNaN(sum) ? more : sum + more;
    }

    private static double least(double known, double other) {
        return Double.isNaN(known) ? other : Math.min(known, other);
    }

    private static double share(double part, double whole) {
        return whole > 0 ? Math.max(0, part) / whole : 0;
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
        allRefused += others.allRefused;
        add(stopped, others.stopped);
        add(refused, others.refused);
        add(failed, others.failed);
        add(repeated, others.repeated);
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
        allRefused = Math.max(allRefused, earlier.allRefused);
        raise(stopped, earlier.stopped);
        raise(refused, earlier.refused);
        raise(failed, earlier.failed);
        raise(repeated, earlier.repeated);
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

    long refused(StopReason reason) {
        return refused[reason.ordinal()];
    }

    /** Returns the calls that stopped for a reason after an attempt. */
    long failedCalls(StopReason reason) {
        return Math.max(0, stopped(reason) - refused(reason));
    }

    /** Returns the retries that were made and did not end their call with success. */
    long wasted() {
        return Math.max(0, attempts - made() - recovered);
    }

    /** Returns the calls that had an attempt. */
    long made() {
        return calls - allRefused;
    }

    long failed(ErrorCategory category) {
        return failed[category.ordinal()];
    }

    long repeated(int upstreamAttempt) {
        return repeated[upstreamAttempt];
    }

    long transitions(CircuitBreaker.State entered) {
        return transitions[entered.ordinal()];
    }

    long breakersIn(CircuitBreaker.State state) {
        return breakers[state.ordinal()];
    }

    long breakersNotClosed() {
        return breakersIn(CircuitBreaker.State.OPEN)
                + breakersIn(CircuitBreaker.State.HALF_OPEN)
                + breakersIn(CircuitBreaker.State.FORCED_OPEN);
    }

    double windowCalls() {
        return hasWindow ? windowCalls : Double.NaN;
    }

    double failureRate() {
        return hasWindow ? share(windowFailures, windowCalls) : Double.NaN;
    }

    double slowRate() {
        return hasWindow ? share(windowSlow, windowCalls) : Double.NaN;
    }

    double delaySeconds() {
        return delayNanos / 1e9;
    }
}
