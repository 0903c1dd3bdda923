package io.forbear.retry.core.execution;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;

/** A budget without end that keeps what was asked of it, and that a test can make refuse. */
final class CountedBudget implements RetryBudget {

    boolean refuses;
    int asked;

    /** Milli-tokens that are out: withdrawn and not refunded. */
    long taken;

    long refunded;

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        asked++;
        if (refuses) {
            return REFUSED;
        }
        taken += TOKEN;
        return TOKEN;
    }

    @Override
    public void refund(long milliTokens) {
        taken -= milliTokens;
        refunded += milliTokens;
    }

    @Override
    public long balance() {
        return refuses ? 0 : capacity() - taken;
    }

    @Override
    public long capacity() {
        return 1_000_000;
    }
}
