package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.error.ErrorCategory;

/**
 * The retry throttle of gRPC (gRFC A6). Each failed attempt that is retryable takes a token. Each success gives the
 * token ratio back. Retries are allowed only while more than half of the tokens are there; a retry itself takes
 * nothing.
 */
final class GrpcThrottleBudget extends LedgerBudget<GrpcThrottleBudget> {

    private final long capacity;
    private final long ratio;

    GrpcThrottleBudget(GrpcThrottleSpec spec, NanoClock clock) {
        super(CostTerms.DEFAULT, clock);
        this.capacity = spec.maxTokensMilli();
        this.ratio = spec.tokenRatioMilli();
        startAt(-spec.initialMilli());
    }

    @Override
    long now() {
        return 0; // does not depend on time
    }

    @Override
    GrpcThrottleBudget view(long nowNanos) {
        return this;
    }

    @Override
    long earned(GrpcThrottleBudget view, long most, long nowNanos) {
        return feeds.firstTries() * ratio;
    }

    @Override
    long most(GrpcThrottleBudget view) {
        return capacity;
    }

    @Override
    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos) {
        return level(nowNanos) * 2 > capacity ? 0 : REFUSED;
    }

    @Override
    public void attemptFailed(ErrorCategory category, boolean retryable) {
        if (retryable) {
            move(Move.DRAIN, TOKEN, 0, 0);
        }
    }

    @Override
    public void callSucceeded(long lastTaken) {
        credit(ratio);
    }

    @Override
    public long capacity() {
        return capacity;
    }
}
