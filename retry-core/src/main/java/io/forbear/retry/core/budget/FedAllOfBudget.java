package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;

/** Several fed budgets: what is fed to it is fed to all, and a time already read is passed on. */
final class FedAllOfBudget extends AllOfBudget implements FedBudget {

    private final NanoClock clock;

    FedAllOfBudget(RetryBudget[] parts, NanoClock clock) {
        super(parts);
        this.clock = clock;
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        return withdraw(category, criticality, alreadyTaken, clock.nanoTime());
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        return withdraw(category, criticality, alreadyTaken, nowNanos);
    }

    @Override
    long ask(RetryBudget part, ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        return ((FedBudget) part).tryWithdraw(category, criticality, alreadyTaken, nowNanos);
    }

    @Override
    public void recovered(long lastTaken) {
        for (int i = 0; i < parts.length; i++) {
            ((FedBudget) parts[i]).recovered(share(lastTaken, i));
        }
    }

    @Override
    public boolean readsCalls() {
        for (RetryBudget part : parts) {
            if (((FedBudget) part).readsCalls()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean observesCalls() {
        return false;
    }

    @Override
    public void feed(CallFeed feed) {
        for (RetryBudget part : parts) {
            ((FedBudget) part).feed(feed);
        }
    }

    @Override
    public void unfeed(CallFeed feed) {
        for (RetryBudget part : parts) {
            ((FedBudget) part).unfeed(feed);
        }
    }
}
