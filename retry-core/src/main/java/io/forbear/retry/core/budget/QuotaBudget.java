package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;

/**
 * A quota that retries use up and success gives back, as the AWS SDKs keep it: a success after a retry returns what its last
 * retry took, a success at the first attempt a fixed credit.
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
        return 0; // no time in it
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
