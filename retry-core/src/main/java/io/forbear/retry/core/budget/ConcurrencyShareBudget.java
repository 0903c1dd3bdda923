package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.internal.OwnBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A share of the calls in flight that may be retrying at a time, and a minimum, as Envoy's retry budget has it. A call in
 * flight is one that has started and not ended, waits between its attempts included, so that the share does not shrink when
 * calls fail.
 */
final class ConcurrencyShareBudget implements OwnBudget {
    /*
     * State      counts: calls in flight << 32 | those of them that are retrying.
     * Invariant  0 <= retrying, raised only while below the limit of the same word. Where a call ends, retrying <= calls: one that did
     *            not tell that it was retrying is made up for when fewer calls are in flight, so that nothing can stick.
     * Writers    step(), the one loop: start, end, grant, refund.
     * Ordering   volatile.   Progress  lock-free; a refusal is a read.   Stress  BudgetKindsStress.ConcurrencyShare
     */
    private static final long CALL = 1L << 32;

    private static final long RETRYING = CALL - 1;

    /** The most calls in flight that are told apart, and so the capacity in tokens. */
    private static final long MOST = Integer.MAX_VALUE;

    private final int share;
    private final int minimum;
    private final AtomicLong counts = new AtomicLong();

    ConcurrencyShareBudget(ConcurrencyShareSpec spec) {
        this.share = spec.shareMillionths();
        this.minimum = spec.minimum();
    }

    private static long calls(long counts) {
        return counts >>> 32;
    }

    private static long retrying(long counts) {
        return counts & RETRYING;
    }

    private long limit(long calls) {
        return Math.max(minimum, calls * share / Amounts.WHOLE);
    }

    /** Moves both counts, unless retries are added where there is no room for them. Returns whether it did. */
    private boolean step(int calls, int retrying) {
        for (; ; ) {
            long seen = counts.get();
            if (retrying > 0 && retrying(seen) >= limit(calls(seen))) {
                return false;
            }
            long nextCalls = Math.max(0, Math.min(MOST, calls(seen) + calls));
            long nextRetrying = Math.max(0, retrying(seen) + retrying);
            if (calls < 0) {
                nextRetrying = Math.min(nextCalls, nextRetrying);
            }
            long next = nextCalls << 32 | nextRetrying;
            if (next == seen || counts.weakCompareAndSetVolatile(seen, next)) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        if (alreadyTaken == 0) {
            return step(0, 1) ? TOKEN : REFUSED;
        }
        long seen = counts.get(); // the call holds a place already, and its last retry has ended
        return retrying(seen) <= limit(calls(seen)) ? TOKEN : REFUSED;
    }

    @Override
    public void refund(long milliTokens) {
        if (milliTokens > 0) {
            step(0, -1);
        }
    }

    @Override
    public void callStarted() {
        step(1, 0);
    }

    @Override
    public void callSucceeded(long lastTaken) {
        step(-1, lastTaken > 0 ? -1 : 0);
    }

    @Override
    public void callFailed(long lastTaken) {
        step(-1, lastTaken > 0 ? -1 : 0);
    }

    @Override
    public long balance() {
        long seen = counts.get();
        return Math.max(0, Math.min(MOST, limit(calls(seen)) - retrying(seen))) * TOKEN;
    }

    @Override
    public long capacity() {
        return MOST * TOKEN;
    }
}
