package io.forbear.retry.reactor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class FluxRetryTest extends ReactorTestBase {

    /** Emits 1, 2, .. and fails after so many elements, as often. */
    private Flux<Integer> breaking(int times, int after) {
        return Flux.defer(() -> subscribed.incrementAndGet() <= times
                ? Flux.range(1, after).concatWith(Flux.error(down))
                : Flux.range(1, 5));
    }

    @Test
    void aFluxThatFailsBeforeItsFirstElementIsRetried() {
        StepVerifier.create(breaking(2, 0).transform(ForbearOperator.of(users())))
                .then(manual.scheduler()::runAll)
                .expectNext(1, 2, 3, 4, 5)
                .verifyComplete();
    }

    @Test
    void aFluxThatHasEmittedIsNotSilentlyRepeatedAndItsFailureIsCounted() {
        Retry users = users();

        StepVerifier.create(breaking(1, 2).transform(ForbearOperator.of(users)))
                .expectNext(1, 2)
                .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));

        assertThat(subscribed).hasValue(1);
        assertThat(down.getSuppressed()).singleElement().isInstanceOfSatisfying(RetryStopped.class, note -> assertThat(
                        note.reason())
                .isEqualTo(StopReason.NOT_RETRYABLE));
        assertThat(users.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(1);
        assertThat(users.snapshot().failedAttempts(ErrorCategory.NETWORK_ERROR)).isEqualTo(1);
        assertThat(users.snapshot().budgetRemaining()).isEqualTo(10);
    }

    @Test
    void aRestartingFluxBeginsAgainFromTheStart() {
        StepVerifier.create(breaking(2, 2).transform(ForbearOperator.restarting(users())))
                .then(manual.scheduler()::runAll)
                .expectNext(1, 2, 1, 2, 1, 2, 3, 4, 5)
                .verifyComplete();
    }

    @Test
    void aRestartingFluxAsksANewAttemptForWhatIsOutstanding() {
        List<Long> requested = new ArrayList<>();
        Flux<Integer> source = Flux.defer(() -> breaking(1, 2).doOnRequest(requested::add));

        StepVerifier.create(source.transform(ForbearOperator.restarting(users())), 3)
                .expectNext(1, 2)
                .then(manual.scheduler()::runAll)
                .expectNext(1)
                .thenRequest(2)
                .expectNext(2, 3)
                .thenCancel()
                .verify();

        assertThat(requested).containsExactly(3L, 1L, 2L);
    }

    @Test
    void requestsOfTheWaitReachTheNextAttempt() {
        List<Long> requested = new ArrayList<>();
        Flux<Integer> source = Flux.defer(() -> breaking(1, 0).doOnRequest(requested::add));

        List<Integer> got = new ArrayList<>();
        BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {} // requests later

            @Override
            protected void hookOnNext(Integer value) {
                got.add(value);
            }
        };

        source.transform(ForbearOperator.of(users())).subscribe(subscriber);
        subscriber.request(1);
        subscriber.request(2);
        manual.scheduler().runAll();

        assertThat(got).containsExactly(1, 2, 3);
        assertThat(requested).containsExactly(3L);
    }

    @Property(tries = 200)
    void noSubscriberGetsMoreThanItRequested(
            @ForAll @IntRange(max = 4) int failures,
            @ForAll @IntRange(max = 6) int before,
            @ForAll @IntRange(min = 1, max = 7) int batch) {
        FluxRetryTest own = new FluxRetryTest();
        Retry users = own.users(p -> p.maxAttempts(9));
        AtomicLong outstanding = new AtomicLong();
        List<Integer> got = new ArrayList<>();
        own.breaking(failures, before)
                .transform(ForbearOperator.restarting(users))
                .subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        more();
                    }

                    private void more() {
                        outstanding.addAndGet(batch);
                        request(batch);
                    }

                    @Override
                    protected void hookOnNext(Integer value) {
                        assertThat(outstanding.decrementAndGet()).isNotNegative();
                        got.add(value);
                        if (outstanding.get() == 0) {
                            more();
                        }
                    }
                });
        own.manual.scheduler().runAll();

        assertThat(got).hasSize(failures * before + 5);
    }

    @Test
    void theAttemptTimeoutHoldsUntilTheFirstElement() {
        TestPublisher<Integer> silent = TestPublisher.create();
        Retry users = users(p -> p.attemptTimeout(ofMillis(50)));
        Flux<Integer> source = Flux.defer(() -> subscribed.incrementAndGet() == 1 ? Flux.never() : silent.flux());

        StepVerifier.create(source.transform(ForbearOperator.of(users)))
                .then(() -> manual.advance(ofMillis(50)))
                .then(() -> manual.advance(BACKOFF))
                .then(() -> silent.next(1))
                .expectNext(1)
                .then(() -> manual.advance(ofSeconds(60)))
                .then(() -> silent.next(2))
                .expectNext(2)
                .then(silent::complete)
                .verifyComplete();

        assertThat(users.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1);
        assertThat(manual.scheduler().pending()).isZero();
    }

    @Test
    void theDeadlineEndsAStreamThatIsEmitting() {
        TestPublisher<Integer> endless = TestPublisher.create();
        Retry users = users(p -> p.deadline(ofSeconds(1)));

        StepVerifier.create(endless.flux().transform(ForbearOperator.of(users)))
                .then(() -> endless.next(1))
                .expectNext(1)
                .then(() -> manual.advance(ofSeconds(1)))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(TimeoutException.class)
                        .hasMessage("users: attempt 1 was under way at the deadline of the call"));

        endless.assertCancelled();
        assertThat(users.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(manual.scheduler().pending()).isZero();
    }

    @Test
    void anyPublisherMayBeTheSource() {
        TestPublisher<Integer> publisher = TestPublisher.createCold();
        publisher.emit(1, 2);

        StepVerifier.create(ForbearOperator.<Integer>of(users()).apply(publisher))
                .expectNext(1, 2)
                .verifyComplete();
    }
}
