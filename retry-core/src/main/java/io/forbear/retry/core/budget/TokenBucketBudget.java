package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.RetryCosts;
import io.forbear.retry.core.internal.TokenBucket;

/**
 * A bucket that time refills. It is GCRA the other way round: the virtual scheduling algorithm (ITU-T I.371) stores the
 * time at which the bucket will be full; this class stores the total that time must have earned by then. Both are one
 * number.
 */
final class TokenBucketBudget extends LedgerBudget<Accrual.Origin> implements TokenBucket {

    private final TokenBucketSpec spec;
    private final long capacity;
    private final Accrual accrual;

    TokenBucketBudget(TokenBucketSpec spec, NanoClock clock) {
        super(spec.terms, clock);
        this.spec = spec;
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
        return accrual.isNear(seen, nowNanos) ? seen : moveOrigin(seen, nowNanos);
    }

    /**
     * Moves the origin, once in two years or after an idle time of that length. The forfeit is booked with it:
     * otherwise the totals could drift so far apart that their difference wraps.
     */
    private Accrual.Origin moveOrigin(Accrual.Origin seen, long nowNanos) {
        Accrual.Origin moved = accrual.moveOrigin(seen, nowNanos);
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

    @Override
    public long refillMilli() {
        return spec.refillMilli();
    }

    @Override
    public long refillPeriodNanos() {
        return spec.refillPeriodNanos();
    }

    @Override
    public long initialMilli() {
        return spec.initialMilli();
    }

    @Override
    public RetryCosts costs() {
        return terms.at(capacity);
    }
}
