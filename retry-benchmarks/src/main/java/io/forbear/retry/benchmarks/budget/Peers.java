package io.forbear.retry.benchmarks.budget;

import com.google.common.util.concurrent.RateLimiter;
import com.twitter.finagle.service.RetryBudget;
import com.twitter.finagle.service.RetryBudget$;
import com.twitter.util.Duration;
import io.github.bucket4j.Bucket;
import software.amazon.awssdk.retries.internal.circuitbreaker.TokenBucket;
import software.amazon.awssdk.retries.internal.circuitbreaker.TokenBucketStore;

/**
 * Others. Finagle's budget and the AWS SDK's bucket are retry budgets; Bucket4j and Guava's limiter know time only, so
 * nothing can be deposited in them. The SDK's bucket is the one inside its standard strategy.
 */
final class Peers {

    private static final int ROOM = 1_000_000_000;

    private Peers() {}

    /** A tenth of the calls may be retried where it is empty, all of them where withdrawals are to go on. */
    static Purse finagle(Level level) {
        RetryBudget budget = RetryBudget$.MODULE$.apply(
                Duration.fromSeconds(10),
                level == Level.EMPTY ? 0 : 10,
                level == Level.EMPTY ? 0.1 : 1.0,
                RetryBudget$.MODULE$.apply$default$4());
        return new Purse() {
            @Override
            public boolean withdraw() {
                return budget.tryWithdraw();
            }

            @Override
            public void deposit() {
                budget.deposit();
            }
        };
    }

    static Purse aws(Level level) {
        TokenBucket bucket =
                TokenBucketStore.builder().tokenBucketMaxCapacity(ROOM).build().tokenBucketForScope("measured");
        bucket.tryAcquire(
                switch (level) {
                    case FULL -> 0;
                    case HALF -> ROOM / 2;
                    case EMPTY -> ROOM;
                });
        return new Purse() {
            @Override
            public boolean withdraw() {
                return bucket.tryAcquire(1).acquisitionFailed() == false;
            }

            @Override
            public void deposit() {
                bucket.release(1);
            }
        };
    }

    static Purse bucket4j(Level level) {
        long capacity = level == Level.EMPTY ? 1 : Long.MAX_VALUE / 4;
        Bucket bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity)
                        .refillGreedy(
                                1,
                                level == Level.EMPTY ? java.time.Duration.ofDays(1) : java.time.Duration.ofSeconds(1)))
                .build();
        if (level == Level.EMPTY) {
            bucket.tryConsume(1);
        }
        return () -> bucket.tryConsume(1);
    }

    static Purse guava(Level level) {
        RateLimiter limiter = RateLimiter.create(level == Level.EMPTY ? 1e-6 : 1e12);
        if (level == Level.EMPTY) {
            limiter.tryAcquire();
        }
        return limiter::tryAcquire;
    }
}
