package io.forbear.retry.it.fleet;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;

/** The pot of a fleet budget whose leases take no time, for processes on virtual time and one thread. */
final class SharedBudget implements RetryBudget {

    private static final int CAPACITY = 40;
    private static final double REFILL_PER_SECOND = 1;
    private static final double RATIO = 0.2;

    private final NanoClock clock;
    private double balance = CAPACITY / 2.0;
    private long sinceNanos;

    SharedBudget(NanoClock clock) {
        this.clock = clock;
        this.sinceNanos = clock.nanoTime();
    }

    private void add(double tokens) {
        balance = Math.min(CAPACITY, balance + tokens);
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
        long now = clock.nanoTime();
        add((now - sinceNanos) / 1e9 * REFILL_PER_SECOND);
        sinceNanos = now;
        if (balance < 1) {
            return REFUSED;
        }
        balance--;
        return TOKEN;
    }

    @Override
    public void refund(long milliTokens) {
        add((double) milliTokens / TOKEN);
    }

    @Override
    public void callSucceeded(long lastTaken) {
        add(RATIO);
    }

    @Override
    public boolean observesCalls() {
        return true;
    }

    @Override
    public long balance() {
        return (long) (balance * TOKEN);
    }

    @Override
    public long capacity() {
        return CAPACITY * TOKEN;
    }
}
