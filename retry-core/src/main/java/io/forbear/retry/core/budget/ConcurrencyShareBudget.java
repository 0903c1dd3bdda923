package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.internal.OwnBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A share of the calls in flight that may be retrying at a time, and a minimum, as the retry budget of Envoy. A call is
 * in flight from its start to its end, the waits between its attempts included, so that the share does not shrink when
 * calls fail.
 */
final class ConcurrencyShareBudget implements OwnBudget {
    /*
     * State      counts: calls in flight << 32 | those of them that are retrying.
     * Invariant  0 <= retrying. It is raised only while it is below the limit of the same word. After the end of a
     *            call, retrying <= calls: if a call did not tell that it was retrying, the count is corrected when
     *            fewer calls are in flight, so that nothing stays counted for good.
     * Writers    step(), the one loop: start, end, grant, refund.
     * Ordering   volatile.
     * Progress   lock-free; a refusal only reads.
     * Stress     BudgetKindsStress.ConcurrencyShare (retry-jcstress)
     */
    private static final long CALL = 1L << 32;

    private static final long RETRYING = CALL - 1;

    /** The most calls in flight that are counted, and so the capacity in tokens. */
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

    /** Moves both counts; false, and no change, if a retry is added and the limit is reached. */
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
        long seen = counts.get(); // the call is counted already, and its last retry has ended
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
