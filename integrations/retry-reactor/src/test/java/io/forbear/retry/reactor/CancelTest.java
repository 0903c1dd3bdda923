package io.forbear.retry.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testkit.RecordingListener;
import io.forbear.retry.testkit.RetryEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.test.publisher.TestPublisher;

/** A cancel is never retried, ends what runs at once, and is abandoned once. */
class CancelTest extends ReactorTestBase {

    private void assertAbandonedOnce(Retry users) {
        assertThat(heard.events(RetryEvent.CallStopped.class))
                .singleElement()
                .satisfies(stop -> assertThat(stop.reason()).isEqualTo(StopReason.CANCELLED));
        assertThat(manual.scheduler().pending()).isZero();
        assertThat(users.snapshot().successes()).isZero();
    }

    @Test
    void aCancelDuringAnAttemptCancelsItsSource() {
        TestPublisher<String> source = TestPublisher.create();
        Retry users = users(p -> p.attemptTimeout(Duration.ofSeconds(1)).deadline(Duration.ofSeconds(9)));

        Disposable call = source.mono().transform(ForbearOperator.of(users)).subscribe();
        call.dispose();

        source.assertCancelled();
        assertAbandonedOnce(users);
    }

    @Test
    void aCancelDuringTheWaitMakesNoFurtherAttemptAndGivesTheTokenBack() {
        Retry users = users();

        Disposable call = failing(9).transform(ForbearOperator.of(users)).subscribe(value -> {}, failure -> {});
        assertThat(users.snapshot().budgetRemaining()).isEqualTo(9);
        call.dispose();
        manual.scheduler().runAll();

        assertThat(subscribed).hasValue(1);
        assertThat(users.snapshot().budgetRemaining()).isEqualTo(10);
        assertAbandonedOnce(users);
    }

    @Test
    void aCancelBeforeTheFirstAttemptMakesNone() {
        Retry users = users();

        failing(0).transform(ForbearOperator.of(users)).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
            }
        });

        assertThat(subscribed).hasValue(0);
        assertThat(users.snapshot().calls()).isZero();
    }

    @Test
    void aCancelInsideTheLastElementOfAStreamIsNoSuccess() {
        Retry users = users();

        Flux.range(1, 5).transform(ForbearOperator.of(users)).take(2).blockLast();

        assertAbandonedOnce(users);
    }

    @Test
    void aResultThatComesAfterTheCancelIsDiscarded() {
        List<Object> discarded = new ArrayList<>();
        TestPublisher<String> source = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

        Disposable call = source.mono()
                .transform(ForbearOperator.of(users()))
                .doOnDiscard(String.class, discarded::add)
                .subscribe();
        call.dispose();
        source.next("late");

        assertThat(discarded).containsExactly("late");
    }

    @Test
    void eachCallEndsOnceInTheBooksWheneverItIsCancelled() throws Exception {
        int calls = 2_000;
        RecordingListener listener = RecordingListener.ofEveryCall();
        Retry users = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(4)
                        .backoff(Backoff.fixed(Duration.ofNanos(200_000)))
                        .attemptTimeout(Duration.ofMillis(2))
                        .deadline(Duration.ofMillis(20))
                        .build())
                .budget(RetryBudgets.tokenBucket(1_000_000))
                .circuitBreaker(CircuitBreakers.consecutiveFailures(1_000_000))
                .listener(listener)
                .build();
        CountDownLatch all = new CountDownLatch(calls);
        AtomicInteger ends = new AtomicInteger();
        Random random = new Random(7);
        for (int i = 0; i < calls; i++) {
            long answersAfter = random.nextInt(400_000);
            Mono<String> source = Mono.delay(Duration.ofNanos(answersAfter))
                    .flatMap(n -> answersAfter % 3 == 0 ? Mono.just("Ada") : Mono.error(new IOException("down")));
            Disposable call = source.transform(ForbearOperator.of(users))
                    .doFinally(end -> {
                        if (end == SignalType.CANCEL || end == SignalType.ON_ERROR || end == SignalType.ON_COMPLETE) {
                            ends.incrementAndGet();
                        }
                        all.countDown();
                    })
                    .subscribe(value -> {}, failure -> {});
            LockSupport.parkNanos(random.nextInt(600_000));
            call.dispose();
        }

        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ends).hasValue(calls);
        // a cancel that finds a thread at work on the call leaves it to that thread to end it
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (told(listener) < calls && System.nanoTime() - end < 0) {
            Thread.sleep(1);
        }
        RetrySnapshot snapshot = users.snapshot();
        long stopped = 0;
        for (StopReason reason : StopReason.values()) {
            stopped += snapshot.stopped(reason);
        }
        assertThat(snapshot.successes() + stopped).isEqualTo(snapshot.calls());
        assertThat(told(listener)).isEqualTo(calls);
    }

    private static int told(RecordingListener listener) {
        return listener.events(RetryEvent.CallStopped.class).size()
                + listener.events(RetryEvent.CallSucceeded.class).size();
    }
}
