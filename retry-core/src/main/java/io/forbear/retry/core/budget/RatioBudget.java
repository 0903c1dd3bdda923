package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.LongAdder;

/**
 * A share of recent successes and a floor: within the last window, retries may take {@code reserve + ratio * successes}.
 *
 * <p>The semantics are those of Finagle's and Linkerd's budgets, apart from their drift: what was taken is back when the window
 * has passed, at the latest, however often the budget is looked at. While the initial allowance lasts, it is back when its slot has
 * passed: no burst is larger for it.
 */
final class RatioBudget extends LedgerBudget<SlidingWindow.Frame> {
    /*
     * State      told: successes that were told; the ledger's spent total, which only grows; the window's frame, in which the second total
     *            is the spent one, and what is left of the initial allowance.
     * Invariant  earned = allowance + spent(start of the window) + refunds of what was taken in the window, so that earned - spent =
     *            allowance - taken within the window, and what was taken comes back when it leaves the window: no traffic, no freeze.
     *            A refund is booked in the slot in which was taken, and so leaves the window together with it.
     * Writers    callSucceeded: +1 to told, after the window has moved on to now; nothing where the allowance is at the capacity.
     * Progress   as the ledger's. A withdrawal out of the initial allowance writes the frame first; another thread may take the token.
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
        this.window = new SlidingWindow(spec.windowNanos(), spec.initialMilli(), clock.nanoTime());
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
        feeds.takeOver();
        return window.roll(
                seen,
                nowNanos,
                new SlidingWindow.Total(told.sum(), feeds.successes()),
                new SlidingWindow.Total(spent(), 0));
    }

    @Override
    long earned(SlidingWindow.Frame view, long most, long nowNanos) {
        return most + view.second();
    }

    @Override
    long most(SlidingWindow.Frame view) {
        long deposits = told.sum() + feeds.successes() - view.first();
        return Math.min(capacity, reserve + milli(deposits));
    }

    /** Often the floor alone is enough. Then no counter is looked at, each of which another processor may just have written. */
    @Override
    boolean spends(long amount, long keep, long nowNanos) {
        if (spendsOf(reserve, amount, keep, nowNanos)) {
            return true;
        }
        do {
            if (super.spends(amount, keep, nowNanos)) {
                noteWhatPaid(nowNanos);
                return true;
            }
        } while (advances(amount + keep, nowNanos));
        return false;
    }

    /** What has paid now must not be spread over later times, to pay again. The withdrawal stands even if there is no memory for it. */
    private void noteWhatPaid(long nowNanos) {
        try {
            window.note(nowNanos, feeds.successes(), 0);
        } catch (VirtualMachineError full) {
            // at worst a part of these deposits counts a little longer
        }
    }

    /** Raises the balance to an amount out of the initial allowance, if that is enough for it. */
    private boolean advances(long amount, long nowNanos) {
        SlidingWindow.Frame view = view(nowNanos);
        long left = advanceNow(view);
        long missing = left == 0 ? 1 : amount - level(nowNanos);
        if (missing > left) {
            return false;
        }
        if (missing > 0) {
            window.advance(view, missing);
        }
        return true;
    }

    /** What the initial allowance can add now. It ends with the first successes: then the service has started. */
    private long advanceNow(SlidingWindow.Frame view) {
        long left = view.advanceNow();
        return left > 0 && told.sum() + feeds.successes() < RatioSpec.SUCCESSES_TO_START ? left : 0;
    }

    private long milli(long deposits) {
        if (deposits <= 0 || ratioNano == 0) {
            return 0;
        }
        return deposits > Long.MAX_VALUE / ratioNano ? capacity : deposits * ratioNano / NANO_TO_MILLI;
    }

    @Override
    public void refund(long milliTokens, long takenNanos, long precisionNanos, long nowNanos) {
        if (milliTokens > 0) {
            view(nowNanos);
            window.giveBack(milliTokens, takenNanos, precisionNanos, spent());
        }
    }

    /** The time of the withdrawal is not known: no more is given back than what was taken within the window. */
    @Override
    public void refund(long milliTokens) {
        if (milliTokens > 0) {
            view(now());
            window.giveBack(milliTokens, spent());
        }
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
    public boolean observesCalls() {
        return ratioNano > 0;
    }

    @Override
    public long tickNanos() {
        return ratioNano > 0 ? window.slotNanos() : 0;
    }

    @Override
    public void ticked() {
        window.ticked();
    }

    @Override
    public void look(long nowNanos) {
        view(nowNanos);
        window.note(nowNanos, feeds.successes(), 0);
    }

    @Override
    public long balance() {
        long nowNanos = now();
        SlidingWindow.Frame view = view(nowNanos);
        return Math.min(most(view), level(nowNanos) + advanceNow(view));
    }

    @Override
    public long capacity() {
        return capacity;
    }
}
