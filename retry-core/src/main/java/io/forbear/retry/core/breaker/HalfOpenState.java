package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.internal.Opening;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** HALF_OPEN: a bounded number of probes passes. Their outcomes decide between CLOSED and OPEN. */
final class HalfOpenState extends BreakerState {
    /*
     * State      probes
     *              62        42 41        21 20         0
     *             +------------+------------+------------+
     *             | failed     | succeeded  | under way  |
     *             +------------+------------+------------+
     *            and lastNanos, when the last probe passed; late, whether one has timed out.
     * Invariant  failed + succeeded + under way <= count; each probe moves once from under way to one of the others, or
     *            back to none.
     * Writers    admit: + 1 under way. The permit's settlement: - 1 under way, and + 1 to failed or succeeded.
     * Ordering   volatile; lastNanos only moves forward, and is written before the probe is under way. So a thread that
     *            finds all places taken sees the time of the last probe or a later one.
     * Progress   lock-free; a refusal is a read.
     * Stress     ProbeStress, BreakerLinearizabilityTest (retry-jcstress)
     */

    /** What the probes say together. */
    enum Verdict {
        WAIT,
        CLOSE,
        OPEN
    }

    /** The largest number of probes. */
    static final int MOST = 1_000_000;

    private static final int BITS = 21;
    private static final long MASK = (1L << BITS) - 1;
    private static final long UNDER_WAY = 1;
    private static final long SUCCEEDED = 1L << BITS;
    private static final long FAILED = 1L << 2 * BITS;

    private final BreakerParts parts;
    private final BreakerSettings.Probes rule;

    /** The round of the OPEN state before this. */
    private final int round;

    private final AtomicLong probes = new AtomicLong();
    private final AtomicLong lastNanos;

    /** Whether a probe has timed out or was lost; written once. */
    private volatile boolean late;

    HalfOpenState(BreakerParts parts, int round, long nowNanos) {
        super(State.HALF_OPEN, false);
        this.parts = parts;
        this.rule = parts.settings.probes();
        this.round = round;
        this.lastNanos = new AtomicLong(nowNanos);
    }

    // ---- before an attempt

    @Override
    boolean hasRoom() {
        return taken(probes.get()) < rule.count();
    }

    @Override
    boolean admit() {
        long now = parts.now();
        long seen = probes.get();
        while (taken(seen) < rule.count()) {
            lastNanos.accumulateAndGet(now, HalfOpenState::later);
            if (probes.compareAndSet(seen, seen + UNDER_WAY)) {
                return true;
            }
            seen = probes.get();
        }
        return false;
    }

    @Override
    @Nullable
    BreakerState due() {
        return next(parts.now(), null, false);
    }

    private @Nullable BreakerState next(long nowNanos, @Nullable ErrorCategory last, boolean slow) {
        // no switch: javac gives it a class of its own, which would be loaded at the end of a stack for the first time
        Verdict verdict = verdict();
        if (verdict == Verdict.CLOSE) {
            return SlowStartState.closed(parts, nowNanos);
        }
        if (verdict == Verdict.OPEN) {
            return OpenState.after(round, parts, nowNanos, counts(), !late, opening(last, slow));
        }
        return isLost(nowNanos)
                ? OpenState.after(round, parts, lostNanos(), counts(), false, opening(null, false))
                : null;
    }

    private Opening opening(@Nullable ErrorCategory last, boolean slow) {
        BreakerCounts ended = counts();
        return Opening.of(ended.calls(), ended.failures(), slow ? 1 : 0, null, last);
    }

    /** Returns the verdict as soon as no probe that is under way can change it. */
    Verdict verdict() {
        long seen = probes.get();
        if (succeeded(seen) >= rule.required()) {
            return Verdict.CLOSE;
        }
        return failed(seen) > rule.count() - rule.required() ? Verdict.OPEN : Verdict.WAIT;
    }

    /** Returns whether no place is free, and the time of the last probe is over. */
    private boolean isLost(long nowNanos) {
        return taken(probes.get()) == rule.count() && nowNanos - lastNanos.get() >= rule.timeoutNanos();
    }

    /** Returns when the probes were lost. The breaker counts as open from then on, however late that is found out. */
    private long lostNanos() {
        return lastNanos.get() + rule.timeoutNanos();
    }

    // ---- after a probe

    @Override
    @Nullable
    BreakerState succeeded(boolean fed, long durationNanos) {
        boolean slow = parts.settings.limits().isSlow(durationNanos);
        return settle(slow, slow, parts.now(), null);
    }

    @Override
    @Nullable
    BreakerState failed(long durationNanos, ErrorCategory category, long nowNanos) {
        return settle(true, category == ErrorCategory.TIMEOUT, nowNanos, category);
    }

    private @Nullable BreakerState settle(
            boolean failed, boolean isLate, long nowNanos, @Nullable ErrorCategory category) {
        if (isLate) {
            late = true;
        }
        probes.getAndAdd((failed ? FAILED : SUCCEEDED) - UNDER_WAY);
        return next(nowNanos, category, failed && category == null);
    }

    @Override
    void ignored() {
        probes.getAndAdd(-UNDER_WAY);
    }

    // ---- figures

    /** Returns the probes that have ended; a slow one is among the failed. */
    @Override
    BreakerCounts counts() {
        long seen = probes.get();
        return new BreakerCounts(failed(seen) + succeeded(seen), failed(seen), 0, 0);
    }

    private static long later(long aNanos, long bNanos) {
        return bNanos - aNanos > 0 ? bNanos : aNanos;
    }

    private static long taken(long probes) {
        return (probes & MASK) + succeeded(probes) + failed(probes);
    }

    private static long succeeded(long probes) {
        return probes >>> BITS & MASK;
    }

    private static long failed(long probes) {
        return probes >>> 2 * BITS;
    }
}
