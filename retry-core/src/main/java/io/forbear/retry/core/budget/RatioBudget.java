package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;

/**
 * A share of recent successes and a floor: within the last window, retries may take {@code floor + ratio * successes}.
 *
 * <p>The semantics are those of the budgets of Finagle and Linkerd, without their drift: a withdrawal is back at the
 * latest when the window has passed, however often the budget is looked at. While the initial allowance lasts, it is
 * back when its slot has passed; no burst is larger for it.
 */
final class RatioBudget extends WindowBudget {
    /*
     * State      the spent total of the ledger, which only grows here. The second total of the window's frame is the
     *            spent one, and the frame holds the rest of the initial allowance.
     * Invariant  earned = allowance + spent(start of the window) + refunds of withdrawals within the window.
     *            So earned - spent = allowance - withdrawals within the window, and a withdrawal comes back when it
     *            leaves the window, even without traffic. A refund is booked in the slot of its withdrawal and leaves
     *            the window with it.
     * Writers    callSucceeded: moves the window on to now, then adds one to reported; writes nothing if the allowance
     *            has reached the capacity.
     * Ordering   as the ledger's.
     * Progress   as the ledger's. A withdrawal from the initial allowance writes the frame first; another thread may
     *            then take the token.
     * Stress     SlidingWindowStress (retry-jcstress), LedgerThreadsTest
     */
    private static final long NANO_TO_MILLI = 1_000_000;

    private final long capacity;
    private final long floor;

    RatioBudget(RatioSpec spec, NanoClock clock) {
        super(spec.terms, spec.ratioNano(), spec.windowNanos(), spec.initialMilli(), clock);
        this.capacity = spec.capacityMilli();
        this.floor = spec.floorMilli();
    }

    @Override
    long secondTotal() {
        return spent();
    }

    @Override
    long earned(SlidingWindow.Frame view, long most, long nowNanos) {
        return most + view.second();
    }

    @Override
    long most(SlidingWindow.Frame view) {
        long deposits = successes() - view.first();
        return Math.min(capacity, floor + milli(deposits));
    }

    /** Tries the floor alone first: that reads no counter, and another processor may just have written each of them. */
    @Override
    boolean trySpend(long amount, long keep, long nowNanos) {
        if (trySpendWithin(floor, amount, keep, nowNanos)) {
            return true;
        }
        do {
            if (super.trySpend(amount, keep, nowNanos)) {
                noteDeposits(nowNanos);
                return true;
            }
        } while (tryAdvance(amount + keep, nowNanos));
        return false;
    }

    /** Raises the balance to the amount from the initial allowance; false, and no change, if that is not enough. */
    private boolean tryAdvance(long amount, long nowNanos) {
        SlidingWindow.Frame view = view(nowNanos);
        long left = advanceable(view);
        long missing = left == 0 ? 1 : amount - level(nowNanos);
        if (missing > left) {
            return false;
        }
        if (missing > 0) {
            window.advance(view, missing);
        }
        return true;
    }

    /** Returns what the initial allowance can add now; 0 once successes show that the service has started. */
    private long advanceable(SlidingWindow.Frame view) {
        long left = view.advanceable();
        return left > 0 && successes() < RatioSpec.SUCCESSES_TO_START ? left : 0;
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

    /** The time of the withdrawal is not known. No more comes back than was taken within the window. */
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
            reported.increment();
        }
    }

    /** Does nothing: the success is in the counters of the feed, which are read when a retry is asked for. */
    @Override
    public void recovered(long lastTaken) {}

    @Override
    public long balance() {
        long nowNanos = now();
        SlidingWindow.Frame view = view(nowNanos);
        return Math.min(most(view), level(nowNanos) + advanceable(view));
    }

    @Override
    public long capacity() {
        return capacity;
    }
}
