package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;

/** The two budgets without state: one is always full, the other always empty. */
enum FixedBudget implements FedBudget {
    UNLIMITED,
    NONE;

    /** The capacity that the infinite budget of Finagle shows; a snapshot shows infinity. */
    private static final long CAPACITY = 100 * TOKEN;

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        return this == UNLIMITED ? TOKEN : REFUSED;
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        return tryWithdraw(category, criticality, alreadyTaken);
    }

    @Override
    public void refund(long milliTokens) {
        // took nothing
    }

    @Override
    public long balance() {
        return this == UNLIMITED ? CAPACITY : 0;
    }

    @Override
    public long capacity() {
        return CAPACITY;
    }

    @Override
    public boolean isUnlimited() {
        return this == UNLIMITED;
    }

    @Override
    public boolean observesCalls() {
        return false;
    }

    @Override
    public void feed(CallFeed feed, Object owner) {
        // needs no figures
    }
}
