package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.LongAdder;

/**
 * A share of recent successes and a floor: within the last window, retries may take {@code reserve + ratio * successes}.
 *
 * <p>The semantics are those of Finagle's and Linkerd's budgets, apart from their drift: what was taken is back when the window
 * has passed, at the latest, however often somebody looks.
 */
final class RatioBudget extends LedgerBudget<SlidingWindow.Frame> {
    /*
     * State      told: successes that were told; the ledger's spent total; the window's frame.
     * Invariant  earned = allowance + spent(start of the window), so that earned - spent = allowance - taken within the window, and what
     *            was taken comes back when it leaves the window: no traffic, no freeze.
     * Writers    callSucceeded: +1 to told, after the window has moved on to now; nothing where the allowance is at the capacity.
     */
    private static final long NANO_TO_MILLI = 1_000_000;

    private final long capacity;
    private final long ratioNano;
    private final long reserve;
    private final SlidingWindow window;
    private final LongAdder told = new LongAdder();

    RatioBudget(RatioSpec spec, NanoClock clock) {
        super(spec.terms, clock);
        this.capacity = spec.capacityMilli();
        this.ratioNano = spec.ratioNano();
        this.reserve = spec.floorMilli();
        this.window = new SlidingWindow(spec.windowNanos(), clock.nanoTime());
    }

    @Override
    long now() {
        return clock.nanoTime();
    }

    @Override
    SlidingWindow.Frame view(long nowNanos) {
        SlidingWindow.Frame seen = window.frame();
        return window.isCurrent(seen, nowNanos) ? seen : roll(seen, nowNanos);
    }

    private SlidingWindow.Frame roll(SlidingWindow.Frame seen, long nowNanos) {
        return window.roll(
                seen,
                nowNanos,
                new SlidingWindow.Total(told.sum(), feeds.successes()),
                new SlidingWindow.Total(spent(), 0));
    }

    @Override
    long earned(SlidingWindow.Frame view, long most, long nowNanos) {
        return most + view.second()[0];
    }

    @Override
    long most(SlidingWindow.Frame view) {
        long deposits = told.sum() + feeds.successes() - view.first()[0];
        return Math.min(capacity, reserve + milli(deposits));
    }

    /** Often the floor alone is enough. Then no counter is looked at, each of which another processor may just have written. */
    @Override
    boolean spends(long amount, long keep, long nowNanos) {
        if (spendsOf(reserve, amount, keep, nowNanos)) {
            return true;
        }
        boolean paid = super.spends(amount, keep, nowNanos);
        if (paid) {
            // what has paid now must not be spread over later times, to pay again
            window.note(nowNanos, feeds.successes());
        }
        return paid;
    }

    private long milli(long deposits) {
        if (deposits <= 0 || ratioNano == 0) {
            return 0;
        }
        return deposits > Long.MAX_VALUE / ratioNano ? capacity : deposits * ratioNano / NANO_TO_MILLI;
    }

    @Override
    public void callSucceeded(long lastTaken) {
        if (ratioNano > 0 && most(view(now())) < capacity) {
            told.increment();
        }
    }

    /** The feed's successes count as they are read, so neither the clock nor a counter is touched. */
    @Override
    public void recovered(long lastTaken) {}

    @Override
    public long capacity() {
        return capacity;
    }
}
