package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * CLOSED after HALF_OPEN: the load comes back by and by, as in the slow start of TCP. So many attempts may be under way
 * at a time; each success allows one more, and a time-out halves the number. A service that is well answers so fast
 * that the limit is hardly felt; one that is a tenth well sets the pace itself, and is not refilled at once and opened
 * again.
 *
 * <p>The slow start ends when {@value #WIDE} attempts may be under way, and after {@value #LONGEST_SECONDS} seconds at
 * the latest, so that attempts whose ends are never told keep nobody out for good. A plain CLOSED state follows.
 */
final class SlowStartState extends CountingState {
    /*
     * State      word: how many attempts may be under way (high 32 bits), how many are (low 32 bits).
     * Invariant  an attempt that was admitted takes one place and gives it back once, through its permit. So no more
     *            are under way than the limit was when the last of them was admitted.
     * Writers    admit: + 1 under way, by CAS, if there is room. The permit's settlement: - 1 under way and the change
     *            of the limit, in one CAS.
     * Ordering   volatile.
     * Progress   lock-free; a refusal is a read of the word and of the clock.
     * Stress     SlowStartStress (retry-jcstress)
     */

    /** With so many attempts under way at a time, the slow start is over. */
    static final int WIDE = 16;

    /** The longest slow start. */
    static final int LONGEST_SECONDS = 10;

    private static final long LONGEST_NANOS = LONGEST_SECONDS * 1_000_000_000L;
    private static final int LIMIT = 32;
    private static final long UNDER_WAY = (1L << LIMIT) - 1;

    private final long sinceNanos;
    private final AtomicLong word;

    private SlowStartState(BreakerParts parts, long nowNanos) {
        super(State.CLOSED, parts, nowNanos, false);
        this.sinceNanos = nowNanos;
        this.word = new AtomicLong((long) parts.settings.slowStart() << LIMIT);
    }

    /** Returns the state after HALF_OPEN: a slow start, unless the settings have none. */
    static CountingState closed(BreakerParts parts, long nowNanos) {
        return parts.settings.slowStart() == 0
                ? new CountingState(State.CLOSED, parts, nowNanos)
                : new SlowStartState(parts, nowNanos);
    }

    private boolean isOver(long nowNanos) {
        return nowNanos - sinceNanos >= LONGEST_NANOS;
    }

    @Override
    boolean hasRoom() {
        long seen = word.get();
        return (seen & UNDER_WAY) < seen >>> LIMIT && !isOver(parts.now());
    }

    @Override
    boolean admit() {
        long seen = word.get();
        while ((seen & UNDER_WAY) < seen >>> LIMIT) {
            if (word.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = word.get();
        }
        return false;
    }

    @Override
    @Nullable
    BreakerState due() {
        long now = parts.now();
        return isOver(now) ? new CountingState(State.CLOSED, parts, now) : null;
    }

    @Override
    @Nullable
    BreakerState succeeded(boolean fed, long durationNanos) {
        long allowed = settle(1, false);
        BreakerState next = super.succeeded(fed, durationNanos);
        return next == null && allowed >= WIDE ? new CountingState(State.CLOSED, parts, parts.now()) : next;
    }

    @Override
    @Nullable
    BreakerState failed(long durationNanos, ErrorCategory category, long nowNanos) {
        settle(0, category == ErrorCategory.TIMEOUT);
        return super.failed(durationNanos, category, nowNanos);
    }

    @Override
    void ignored() {
        settle(0, false);
    }

    /** Gives a place back and changes the limit; returns the limit. */
    private long settle(int more, boolean halved) {
        for (; ; ) {
            long seen = word.get();
            long allowed = (seen >>> LIMIT) + more;
            long next = halved ? Math.max(1, allowed / 2) : allowed;
            if (word.compareAndSet(seen, next << LIMIT | (seen & UNDER_WAY) - 1)) {
                return next;
            }
        }
    }
}
