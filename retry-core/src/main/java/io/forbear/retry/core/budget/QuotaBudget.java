package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;

/**
 * A quota as the AWS SDKs keep it. Retries use it up. A success after a retry gives back what the last retry of that
 * call took; a success at the first attempt gives a fixed credit.
 */
final class QuotaBudget extends LedgerBudget<QuotaBudget> {

    private final long capacity;
    private final long credit;

    QuotaBudget(QuotaSpec spec, NanoClock clock) {
        super(spec.terms, clock);
        this.capacity = spec.capacityMilli();
        this.credit = spec.successCreditMilli();
        startAt(-spec.initialMilli());
    }

    @Override
    long now() {
        return 0; // does not depend on time
    }

    @Override
    QuotaBudget view(long nowNanos) {
        return this;
    }

    @Override
    long earned(QuotaBudget view, long most, long nowNanos) {
        return feeds.firstTries() * credit;
    }

    @Override
    long most(QuotaBudget view) {
        return capacity;
    }

    @Override
    public void callSucceeded(long lastTaken) {
        credit(lastTaken > 0 ? lastTaken : credit);
    }

    @Override
    public long capacity() {
        return capacity;
    }
}
