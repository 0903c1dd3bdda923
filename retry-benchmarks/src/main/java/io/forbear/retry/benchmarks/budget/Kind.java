package io.forbear.retry.benchmarks.budget;

import java.util.function.Function;

/** Every contender under the name that the results give it. */
public enum Kind {
    /** One volatile read, which protects nothing. */
    volatileRead(Baseline::volatileRead),
    /** An {@code AtomicLong} and a loop. */
    compareAndSet(Baseline::compareAndSet),
    /** The same and one reading of the clock. */
    compareAndSetAndNanoTime(Baseline::compareAndSetAndNanoTime),
    /** A long behind a lock. */
    locked(Baseline::locked),
    /** Ours. */
    forbearTokenBucket(ForbearPurse::tokenBucket),
    /** Ours. */
    forbearRatio(ForbearPurse::ratio),
    /** Ours. */
    forbearQuota(ForbearPurse::quota),
    /** Ours. */
    forbearGrpcThrottle(ForbearPurse::grpcThrottle),
    /** Ours. */
    forbearAdaptiveThrottle(ForbearPurse::adaptiveThrottle),
    /** Ours, a token bucket and a quota, both asked. */
    forbearAllOf(ForbearPurse::allOf),
    /** Ours; a call begins, takes its retry, and ends. */
    forbearConcurrencyShare(ForbearPurse::concurrencyShare),
    /** Ours as the engine asks it, which has read the clock already. */
    forbearTokenBucketAtKnownTime(level -> ForbearPurse.atKnownTime(ForbearPurse.tokenBucket(level))),
    /** Ours as the engine asks it, which has read the clock already. */
    forbearRatioAtKnownTime(level -> ForbearPurse.atKnownTime(ForbearPurse.ratio(level))),
    /** Finagle's {@code RetryBudget}. */
    finagle(Peers::finagle),
    /** The bucket of the AWS SDK. */
    aws(Peers::aws),
    /** Bucket4j, lock-free. */
    bucket4j(Peers::bucket4j),
    /** Guava's {@code RateLimiter}. */
    guava(Peers::guava);

    private final Function<Level, Purse> maker;

    Kind(Function<Level, Purse> maker) {
        this.maker = maker;
    }

    /** Makes a purse. */
    public Purse make(Level level) {
        return maker.apply(level);
    }
}
