package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.LongAdder;

/**
 * A balance that calls earn. It never holds more than the successes of the last window have earned, or the burst if
 * that is more. A retry that rescues its call gives most of its cost back; a time-out halves the balance.
 */
final class EarnedBudget extends WindowBudget {
    /*
     * State      failures: calls that failed. The spent total of the ledger. Of the window's frame only the first total
     *            is used.
     * Invariant  earned = what all successes and all failed calls have earned. most = what the successes of the window
     *            have earned, at least the burst. Both grow with one counter of successes, which is read once where the
     *            most is above the burst. Where it is not, a later reading is cut to the greatest count at which the
     *            most is still the burst: a count that the counter has had between the two readings.
     * Writers    as the ledger's, and attemptFailed: a time-out is a move that takes half of the balance.
     * Ordering   as the ledger's.
     * Progress   as the ledger's. A time-out that finds the balance empty writes nothing.
     * Stress     EarnedBudgetStress (retry-jcstress), EarnedBudgetTest, RetryBudgetContractTest
     */

    private final long failedCallMilli;
    private final long burst;
    private final int rescueShare;
    private final long timeoutMilli;
    private final long rateLimitCost;
    private final LongAdder failures = new LongAdder();

    EarnedBudget(EarnedSpec spec, NanoClock clock) {
        super(spec.terms, spec.ratioNano(), spec.windowNanos(), 0, clock);
        this.failedCallMilli = spec.failedCallMilli();
        this.burst = spec.burstMilli();
        this.rescueShare = spec.rescueShare();
        this.timeoutMilli = spec.timeoutMilli();
        this.rateLimitCost = spec.rateLimitCost();
        startAt(-spec.burstMilli());
    }

    @Override
    long secondTotal() {
        return 0;
    }

    @Override
    long earned(SlidingWindow.Frame view, long most, long nowNanos) {
        long before = milli(view.first());
        long bySuccesses = most > burst ? most + before : Math.min(milli(successes()), burst + before);
        return bySuccesses + failures.sum() * failedCallMilli;
    }

    @Override
    long most(SlidingWindow.Frame view) {
        return Math.max(burst, milli(successes()) - milli(view.first()));
    }

    private long milli(long successes) {
        return Amounts.share(successes, (int) ratioNano); // a billionth of a token is a millionth of a milli-token
    }

    @Override
    boolean trySpend(long amount, long keep, long nowNanos) {
        if (!super.trySpend(amount, keep, nowNanos)) {
            return false;
        }
        noteDeposits(nowNanos);
        return true;
    }

    /** Gives back most of what the retry took that rescued the call; a retry after a rate limit gives nothing back. */
    private void rescued(long lastTaken) {
        if (lastTaken > 0 && lastTaken != rateLimitCost) {
            credit(Amounts.share(lastTaken, rescueShare));
        }
    }

    /** Moves the window on first: what is reported counts in the slot of the frame. */
    @Override
    public void callSucceeded(long lastTaken) {
        view(now());
        reported.increment();
        rescued(lastTaken);
    }

    /** The success itself is in the counters of the feed. */
    @Override
    public void recovered(long lastTaken) {
        rescued(lastTaken);
    }

    @Override
    public void callFailed(long lastTaken) {
        if (failedCallMilli > 0) {
            failures.increment();
        }
    }

    /** A time-out says that the service may be overloaded, whether or not it is retried. */
    @Override
    public void attemptFailed(ErrorCategory category, boolean retryable) {
        if (category == ErrorCategory.TIMEOUT && timeoutMilli > 0) {
            move(Move.HALVE, timeoutMilli, 0, now());
        }
    }

    /** Returns what the window allows now: it grows and falls with the traffic. */
    @Override
    public long capacity() {
        return most(view(now()));
    }
}
