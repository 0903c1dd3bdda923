package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.LongAdder;

/** A ledger whose earnings depend on the successes of a window: those that are reported, and those of its feeds. */
abstract class WindowBudget extends LedgerBudget<SlidingWindow.Frame> {
    /*
     * State      reported: successes that callers reported. The frame of the window; its first total is the successes.
     * Invariant  what is reported counts in the slot of the frame: who reports moves the window on to now before.
     * Writers    reported: subclasses, from callSucceeded. The frame: see SlidingWindow.
     * Ordering, Progress  as the ledger's.
     * Stress     SlidingWindowStress, EarnedBudgetStress (retry-jcstress)
     */

    final long ratioNano;
    final SlidingWindow window;
    final LongAdder reported = new LongAdder();

    WindowBudget(CostTerms terms, long ratioNano, long windowNanos, long advance, NanoClock clock) {
        super(terms, clock);
        this.ratioNano = ratioNano;
        this.window = new SlidingWindow(windowNanos, advance, clock.nanoTime());
    }

    /** Returns the second total of the window, as it is now. */
    abstract long secondTotal();

    @Override
    final long now() {
        return clock.nanoTime();
    }

    @Override
    final SlidingWindow.Frame view(long nowNanos) {
        SlidingWindow.Frame seen = window.frame();
        return window.isCurrent(seen, nowNanos) ? seen : roll(seen, nowNanos);
    }

    private SlidingWindow.Frame roll(SlidingWindow.Frame seen, long nowNanos) {
        feeds.takeOver();
        return window.roll(
                seen,
                nowNanos,
                new SlidingWindow.Total(reported.sum(), feeds.successes()),
                new SlidingWindow.Total(secondTotal(), 0));
    }

    final long successes() {
        return reported.sum() + feeds.successes();
    }

    /**
     * Notes that the deposits which have paid for a withdrawal are there by now. Otherwise the window would spread them
     * over later times, where they would pay again. The withdrawal stands even if there is no memory for the note.
     */
    final void noteDeposits(long nowNanos) {
        try {
            window.note(nowNanos, feeds.successes(), 0);
        } catch (VirtualMachineError full) {
            // at worst, a part of these deposits counts for up to a slot longer
        }
    }

    @Override
    public final boolean observesCalls() {
        return ratioNano > 0;
    }

    @Override
    public final long tickNanos() {
        return ratioNano > 0 ? window.slotNanos() : 0;
    }

    @Override
    public final void ticked() {
        window.ticked();
    }

    @Override
    public final void look(long nowNanos) {
        view(nowNanos);
        window.note(nowNanos, feeds.successes(), 0);
    }
}
