package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.Watch;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a service counts in one {@link Epoch}. A call that succeeds at once touches {@link #firstTry} alone.
 */
public final class Counters implements CallFeed {
    /*
     * State      watch, which holds nothing of the epoch strongly; one striped counter per fact; none is derived from another, sums are made by the reader.
     * Invariant  calls ended = firstTry + recovered + sum(stopped); each call ends in exactly one of them.
     * Writers    any thread, increments only.
     * Ordering   none between counters: a reader may see a call's attempts before the call. Exact when nothing is under way.
     * Progress   lock-free writes, wait-free reads.
     * Stress     SnapshotStress.SnapshotRacesRecovery (retry-jcstress)
     */

    final LongAdder firstTry = new LongAdder();
    /** Calls that have failed at least once, counted at their first failure, where a budget reads it. */
    final LongAdder troubled = new LongAdder();

    public final LongAdder recovered = new LongAdder();
    /** Attempts of calls that were troubled or refused, counted at their end. */
    final LongAdder laterAttempts = new LongAdder();

    /** Calls that stopped after most of what they were to do was done; they are among {@link #stopped} too. */
    private final LongAdder mostlyDone = new LongAdder();

    public final LongAdder nested = new LongAdder();
    public final LongAdder delayNanos = new LongAdder();
    private final LongAdder[] failed = adders(ErrorCategory.values().length);
    private final LongAdder[] stopped = adders(StopReason.values().length);
    private final AtomicLong[] transitions = new AtomicLong[CircuitBreaker.State.values().length];

    private final Watch watch;

    /** Makes counters that nobody watches. */
    Counters() {
        this(Watch.none());
    }

    /** Makes the counters of what is watched. */
    Counters(Watch watch) {
        this.watch = watch;
        Arrays.setAll(transitions, i -> new AtomicLong());
    }

    private static LongAdder[] adders(int length) {
        LongAdder[] adders = new LongAdder[length];
        Arrays.setAll(adders, i -> new LongAdder());
        return adders;
    }

    /** Tells whether nobody counts here any more. */
    boolean isOver() {
        return watch.get() == null;
    }

    /** Adds what others have counted, which count no more. */
    void add(Counters others) {
        firstTry.add(others.firstTry.sum());
        troubled.add(others.troubled.sum());
        recovered.add(others.recovered.sum());
        laterAttempts.add(others.laterAttempts.sum());
        mostlyDone.add(others.mostlyDone.sum());
        nested.add(others.nested.sum());
        delayNanos.add(others.delayNanos.sum());
        add(failed, others.failed);
        add(stopped, others.stopped);
        for (int i = 0; i < transitions.length; i++) {
            transitions[i].addAndGet(others.transitions[i].get());
        }
    }

    private static void add(LongAdder[] sums, LongAdder[] others) {
        for (int i = 0; i < sums.length; i++) {
            sums[i].add(others[i].sum());
        }
    }

    public void failed(ErrorCategory category) {
        failed[category.ordinal()].increment();
    }

    public void stopped(StopReason reason, int attempts, boolean mostly) {
        laterAttempts.add(attempts);
        if (mostly) {
            mostlyDone.increment();
        }
        stopped[reason.ordinal()].increment();
        if (mostly) {
            watch.grown();
        }
    }

    public void succeededAtOnce() {
        firstTry.increment();
        watch.grown();
    }

    /** A call has failed for the first time. */
    public void becameTroubled() {
        troubled.increment();
        watch.grown();
    }

    public void recovered(int attempts) {
        laterAttempts.add(attempts);
        recovered.increment();
        watch.grown();
    }

    void transitioned(CircuitBreaker.State to) {
        transitions[to.ordinal()].incrementAndGet();
    }

    long failedCount(ErrorCategory category) {
        return failed[category.ordinal()].sum();
    }

    long stoppedCount(StopReason reason) {
        return stopped[reason.ordinal()].sum();
    }

    long transitionCount(CircuitBreaker.State to) {
        return transitions[to.ordinal()].get();
    }

    long attempts() {
        return firstTry.sum() + laterAttempts.sum();
    }

    @Override
    public long firstTrySuccesses() {
        return firstTry.sum();
    }

    /** Breaker and budget take a batch that was mostly done for a success: the service is well. */
    @Override
    public long successes() {
        return firstTry.sum() + recovered.sum() + mostlyDone.sum();
    }

    @Override
    public long calls() {
        return firstTry.sum() + troubled.sum();
    }
}
