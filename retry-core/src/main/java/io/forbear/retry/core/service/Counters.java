package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.Adders;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.Watch;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a service counts in one {@link Epoch}. A call that succeeds at once touches {@link #firstTry} alone.
 */
public final class Counters implements CallFeed {
    /*
     * State      watch, which holds nothing of the epoch strongly; one striped counter per fact. No counter is derived
     *            from another: the reader makes the sums.
     * Invariant  calls ended = firstTry + recovered + sum(stopped); each call ends in exactly one of them.
     * Writers    any thread, increments only.
     * Ordering   none between counters: a reader may see a call's attempts before the call. Exact when nothing is under
     *            way.
     * Progress   lock-free writes, wait-free reads.
     * Stress     SnapshotStress.SnapshotRacesRecovery (retry-jcstress)
     */

    private static final int CATEGORIES = ErrorCategory.values().length;
    private static final int REASONS = StopReason.values().length;
    private static final int STATES = CircuitBreaker.State.values().length;

    /** Nothing, for good: nobody counts here. */
    static final Counters NONE = new Counters();

    final LongAdder firstTry = new LongAdder();

    /** Calls that have failed at least once, counted at their first failure, where a budget reads it. */
    final LongAdder failedCalls = new LongAdder();

    final LongAdder recovered = new LongAdder();

    /** Attempts of calls that failed once or were refused, counted at their end. */
    final LongAdder laterAttempts = new LongAdder();

    /** Calls that stopped after most of their work had succeeded; they are among {@link #stopped} too. */
    private final LongAdder mostlySucceeded = new LongAdder();

    public final LongAdder nested = new LongAdder();
    public final LongAdder delayNanos = new LongAdder();

    /** Calls that an outer layer has made as a retry of its own, by the number of its attempt: 2, 3, 4 and more. */
    private final Adders repeated = new Adders(RetrySnapshot.LAST_UPSTREAM_ATTEMPT - 1);

    private final Adders failed = new Adders(CATEGORIES);
    /** By reason; and after these, again by reason, those of the calls that had made no attempt. */
    private final Adders stopped = new Adders(2 * REASONS);

    private final AtomicLongArray transitions = new AtomicLongArray(STATES);

    private final Watch watch;

    /** Makes counters that nobody watches. */
    Counters() {
        this(Watch.none());
    }

    /** Makes the counters of what is watched. */
    Counters(Watch watch) {
        this.watch = watch;
    }

    /** Tells whether nobody counts here any more. */
    boolean isOver() {
        return watch.get() == null;
    }

    /** Adds what others have counted, which count no more. */
    void add(Counters others) {
        firstTry.add(others.firstTry.sum());
        failedCalls.add(others.failedCalls.sum());
        recovered.add(others.recovered.sum());
        laterAttempts.add(others.laterAttempts.sum());
        mostlySucceeded.add(others.mostlySucceeded.sum());
        nested.add(others.nested.sum());
        delayNanos.add(others.delayNanos.sum());
        repeated.add(others.repeated);
        failed.add(others.failed);
        stopped.add(others.stopped);
        for (int i = 0; i < STATES; i++) {
            transitions.addAndGet(i, others.transitions.get(i));
        }
    }

    public void failed(ErrorCategory category) {
        failed.add(category.ordinal(), 1);
    }

    public void stopped(StopReason reason, int attempts, boolean mostly) {
        laterAttempts.add(attempts);
        if (mostly) {
            mostlySucceeded.increment();
        }
        stopped.add(reason.ordinal(), 1);
        if (attempts == 0) {
            stopped.add(REASONS + reason.ordinal(), 1);
        }
        if (mostly) {
            watch.grown();
        }
    }

    /** A call has begun that an outer layer makes as its attempt of this number, from 2. */
    public void repeated(int upstreamAttempt) {
        repeated.add(Math.min(upstreamAttempt, RetrySnapshot.LAST_UPSTREAM_ATTEMPT) - 2, 1);
    }

    /** A call has failed for the first time. */
    public void callFailedOnce() {
        failedCalls.increment();
        watch.grown();
    }

    /** Counts a call that succeeded. */
    public void succeeded(int attempts) {
        if (attempts == 1) {
            firstTry.increment();
        } else {
            laterAttempts.add(attempts);
            recovered.increment();
        }
        watch.grown();
    }

    void transitioned(CircuitBreaker.State to) {
        transitions.incrementAndGet(to.ordinal());
    }

    long failedCount(ErrorCategory category) {
        return failed.sum(category.ordinal());
    }

    long stoppedCount(StopReason reason) {
        return stopped.sum(reason.ordinal());
    }

    long refusedCount(StopReason reason) {
        return stopped.sum(REASONS + reason.ordinal());
    }

    long repeatedCount(int upstreamAttempt) {
        return repeated.sum(upstreamAttempt - 2);
    }

    long transitionCount(CircuitBreaker.State to) {
        return transitions.get(to.ordinal());
    }

    long attempts() {
        return firstTry.sum() + laterAttempts.sum();
    }

    @Override
    public long firstTrySuccesses() {
        return firstTry.sum();
    }

    /** Breaker and budget take a batch that mostly succeeded for a success: the service is healthy. */
    @Override
    public long successes() {
        return firstTry.sum() + recovered.sum() + mostlySucceeded.sum();
    }

    @Override
    public long calls() {
        return firstTry.sum() + failedCalls.sum();
    }
}
