package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.breaker.CircuitBreakers.Counts;
import java.util.concurrent.atomic.AtomicLong;

/** HALF_OPEN: a bounded number of probes passes. */
final class HalfOpenState extends BreakerState {
    /*
     * State      probes
     *              62        42 41        21 20         0
     *             +------------+------------+------------+
     *             | failed     | succeeded  | under way  |
     *             +------------+------------+------------+
     *            and lastNanos, when the last one passed.
     * Invariant  failed + succeeded + under way <= count; each probe moves once from under way to one of the others, or back
     *            to none.
     * Writers    admits: + 1 under way. The permit's settlement: - 1 under way, and + 1 to what it was.
     * Ordering   volatile; lastNanos only moves on, and is written before the probe is under way, so that whoever finds all places taken sees
     *            the time of the last or a later one.
     * Progress   lock-free; a refusal is a read.
     * Stress     ProbeStress, BreakerLinearizabilityTest (retry-jcstress)
     */

    /** What the probes say together. */
    enum Verdict {
        WAIT,
        CLOSE,
        OPEN
    }

    /** The most probes there may be. */
    static final int MOST = 1_000_000;

    private static final int BITS = 21;
    private static final long MASK = (1L << BITS) - 1;
    private static final long UNDER_WAY = 1;
    private static final long SUCCEEDED = 1L << BITS;
    private static final long FAILED = 1L << 2 * BITS;

    /** Of the OPEN state that was before. */
    final int round;

    private final Settings.Probes rule;
    private final AtomicLong probes = new AtomicLong();
    private final AtomicLong lastNanos;

    HalfOpenState(Settings.Probes rule, int round, long nowNanos) {
        super(State.HALF_OPEN, false);
        this.rule = rule;
        this.round = round;
        this.lastNanos = new AtomicLong(nowNanos);
    }

    /** Takes a place for a probe, if one is free. */
    boolean admits(long nowNanos) {
        long seen = probes.get();
        while (taken(seen) < rule.count()) {
            lastNanos.accumulateAndGet(nowNanos, HalfOpenState::later);
            if (probes.compareAndSet(seen, seen + UNDER_WAY)) {
                return true;
            }
            seen = probes.get();
        }
        return false;
    }

    void ended(boolean failed) {
        probes.getAndAdd((failed ? FAILED : SUCCEEDED) - UNDER_WAY);
    }

    void ignored() {
        probes.getAndAdd(-UNDER_WAY);
    }

    /** Says as soon as it is certain what the probes say together. */
    Verdict verdict() {
        long seen = probes.get();
        if ((seen >>> BITS & MASK) >= rule.required()) {
            return Verdict.CLOSE;
        }
        return seen >>> 2 * BITS > rule.count() - rule.required() ? Verdict.OPEN : Verdict.WAIT;
    }

    /** The probes that have ended; a slow one is among the failed. */
    @Override
    Counts counts(long nowNanos) {
        long seen = probes.get();
        long failed = seen >>> 2 * BITS;
        return new Counts(failed + (seen >>> BITS & MASK), failed, 0);
    }

    /** Tells whether no place is free, and the last probe has had its time. */
    boolean isLost(long nowNanos) {
        return taken(probes.get()) == rule.count() && nowNanos - lastNanos.get() >= rule.timeoutNanos();
    }

    /** When the probes were lost: from then on the breaker counts as open, however late that is found out. */
    long lostNanos() {
        return lastNanos.get() + rule.timeoutNanos();
    }

    private static long later(long aNanos, long bNanos) {
        return bNanos - aNanos > 0 ? bNanos : aNanos;
    }

    private static long taken(long probes) {
        return (probes & MASK) + (probes >>> BITS & MASK) + (probes >>> 2 * BITS);
    }
}
