package io.forbear.retry.reactor;

import static java.time.Duration.ofMillis;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.RecordingListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** A service on virtual time: three attempts, 100 ms between them, a budget of ten retries. */
abstract class ReactorTestBase {

    static final Duration BACKOFF = ofMillis(100);

    final ManualRuntime manual = new ManualRuntime();
    final RecordingListener heard = RecordingListener.ofEveryCall();
    final AtomicInteger subscribed = new AtomicInteger();
    final IOException down = new IOException("down");

    final Retries.Builder named(UnaryOperator<RetryPolicy.Builder> policy) {
        return Retries.named("users")
                .runtime(manual.runtime())
                .policy(policy.apply(RetryPolicy.builder()
                                .maxAttempts(3)
                                .backoff(Backoff.fixed(BACKOFF).jitter(Jitter.none())))
                        .build())
                .budget(RetryBudgets.tokenBucket(10).refill(1, Duration.ofDays(1)))
                .listener(heard);
    }

    final Retry users(UnaryOperator<RetryPolicy.Builder> policy) {
        return named(policy).build();
    }

    final Retry users() {
        return users(UnaryOperator.identity());
    }

    /** Fails as often, then brings "Ada"; counts its subscriptions. */
    final Mono<String> failing(int times) {
        return Mono.defer(() -> subscribed.incrementAndGet() <= times ? Mono.error(down) : Mono.just("Ada"));
    }
}
