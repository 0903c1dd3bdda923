package io.forbear.retry.reactor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.FailedResult;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A service on a runtime of Reactor lives by the virtual time of a test, also if it was built before the test began.
 */
class VirtualTimeTest {

    private final AtomicInteger subscribed = new AtomicInteger();

    private final Retry users = Retries.named("users")
            .runtime(ReactorRuntime.parallel())
            .policy(RetryPolicy.builder()
                    .maxAttempts(3)
                    .backoff(Backoff.fixed(ofSeconds(10)).jitter(Jitter.none()))
                    .attemptTimeout(ofSeconds(30))
                    .deadline(Duration.ofHours(1))
                    .build())
            .budget(RetryBudgets.tokenBucket(100))
            .build();

    @Test
    void waitsPassByVirtualTime() {
        StepVerifier.withVirtualTime(() -> Mono.defer(() -> subscribed.incrementAndGet() < 3
                                ? Mono.error(new IOException("down"))
                                : Mono.just("Ada"))
                        .transform(ForbearOperator.of(users)))
                .expectSubscription()
                .expectNoEvent(ofSeconds(20))
                .expectNext("Ada")
                .verifyComplete();
    }

    @Test
    void limitsOfAttemptsPassByVirtualTime() {
        StepVerifier.withVirtualTime(() -> Mono.never().transform(ForbearOperator.of(users)))
                .expectSubscription()
                .expectNoEvent(ofSeconds(30 + 10 + 30 + 10).plus(ofMillis(29_999)))
                .thenAwait(ofMillis(1))
                .verifyError(TimeoutException.class);
    }

    @Test
    void aPushbackPassesByVirtualTime() {
        Classification later = Classification.of(ErrorCategory.RATE_LIMIT).pushback(Duration.ofMinutes(1));

        StepVerifier.withVirtualTime(() -> Mono.defer(() -> subscribed.incrementAndGet() < 2
                                ? Mono.error(new FailedResult("busy", later))
                                : Mono.<Object>just("Ada"))
                        .transform(ForbearOperator.of(users)))
                .expectSubscription()
                .expectNoEvent(ofSeconds(30))
                .thenAwait(Duration.ofMinutes(1))
                .expectNext("Ada")
                .verifyComplete();
    }

    @Test
    void aCancelLeavesNothingOnTheScheduler() {
        StepVerifier.withVirtualTime(() -> Mono.error(new IOException("down")).transform(ForbearOperator.of(users)))
                .expectSubscription()
                .expectNoEvent(ofSeconds(1))
                .thenCancel()
                .verify();

        assertThat(users.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void theTimerOfAServiceIsThatOfTheScheduler() throws Exception {
        VirtualTimeScheduler virtual = VirtualTimeScheduler.create();
        ScheduledExecutorService timer =
                ReactorRuntime.on(() -> virtual).scheduler().orElseThrow();
        AtomicInteger ran = new AtomicInteger();

        ScheduledFuture<Integer> first = timer.schedule(ran::incrementAndGet, 5, TimeUnit.SECONDS);
        ScheduledFuture<?> second = timer.schedule((Runnable) ran::incrementAndGet, 7, TimeUnit.SECONDS);
        assertThat(first.getDelay(TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(first.compareTo(second)).isNegative();
        second.cancel(false);
        virtual.advanceTimeBy(ofSeconds(10));

        assertThat(first.get()).isEqualTo(1);
        assertThat(second.isCancelled()).isTrue();
        assertThat(ran).hasValue(1);
        virtual.dispose();
        assertThat(timer.isShutdown()).isTrue();
    }
}
