package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;

/**
 * A bucket that time refills. It is GCRA turned around: the virtual scheduling algorithm keeps the time at which the bucket
 * would be full (ITU-T I.371), this one the total that time has to have earned by then; both are one number.
 */
final class TokenBucketBudget extends LedgerBudget<Accrual.Origin> {

    private final long capacity;
    private final Accrual accrual;

    TokenBucketBudget(TokenBucketSpec spec, NanoClock clock) {
        super(spec.terms, clock);
        this.capacity = spec.capacityMilli();
        this.accrual = new Accrual(spec.refillMilli(), spec.refillPeriodNanos(), clock.nanoTime());
        startAt(-spec.initialMilli());
    }

    @Override
    long now() {
        return clock.nanoTime();
    }

    @Override
    Accrual.Origin view(long nowNanos) {
        Accrual.Origin seen = accrual.origin();
        return accrual.isNear(seen, nowNanos) ? seen : nearer(seen, nowNanos);
    }

    /** Once in two years, or after as long an idle time: the totals must not drift so far apart that their difference wraps. */
    private Accrual.Origin nearer(Accrual.Origin seen, long nowNanos) {
        Accrual.Origin moved = accrual.nearer(seen, nowNanos);
        forfeit(accrual.total(moved, nowNanos), capacity);
        return moved;
    }

    @Override
    long earned(Accrual.Origin view, long most, long nowNanos) {
        return accrual.total(view, nowNanos);
    }

    @Override
    long most(Accrual.Origin view) {
        return capacity;
    }

    @Override
    public boolean observesCalls() {
        return false;
    }

    @Override
    public long capacity() {
        return capacity;
    }
}
