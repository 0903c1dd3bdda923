package io.forbear.retry.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testkit.RetryEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;

class MonoRetryTest extends ReactorTestBase {

    @Test
    void aMonoIsSubscribedToAgainAfterTheWaitOfTheService() {
        List<Object> seen = new ArrayList<>();
        Retry users = users();

        failing(2).transform(ForbearOperator.of(users)).subscribe(seen::add, seen::add);
        assertThat(subscribed).hasValue(1);
        manual.advance(BACKOFF);
        assertThat(subscribed).hasValue(2);
        assertThat(seen).isEmpty();
        manual.advance(BACKOFF);

        assertThat(seen).containsExactly("Ada");
        assertThat(users.snapshot().recovered()).isEqualTo(1);
        assertThat(users.snapshot().attempts()).isEqualTo(3);
        assertThat(users.snapshot().budgetRemaining()).isEqualTo(8);
    }

    @Test
    void nothingHappensBeforeASubscriber() {
        Retry users = users();

        Mono<String> assembled = failing(0).transform(ForbearOperator.of(users));

        assertThat(subscribed).hasValue(0);
        assertThat(users.snapshot().calls()).isZero();
        StepVerifier.create(assembled).expectNext("Ada").verifyComplete();
        assertThat(users.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void theCallEndsWithTheFailureOfTheLastAttemptAndANoteOnIt() {
        List<Throwable> seen = new ArrayList<>();

        failing(9).transform(ForbearOperator.of(users())).subscribe(value -> {}, seen::add);
        manual.scheduler().runAll();

        assertThat(seen).containsExactly(down);
        assertThat(down.getSuppressed()).singleElement().isInstanceOfSatisfying(RetryStopped.class, note -> {
            assertThat(note.reason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED);
            assertThat(note.attempts()).isEqualTo(3);
        });
        assertThat(subscribed).hasValue(3);
    }

    @Test
    void anEmptyMonoHasSucceeded() {
        Retry users = users();

        StepVerifier.create(Mono.<String>empty().transform(ForbearOperator.of(users)))
                .verifyComplete();

        assertThat(users.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void aMonoThatIsNotRetryableIsNotSubscribedToAgain() {
        Mono<String> broken = Mono.defer(() -> {
            subscribed.incrementAndGet();
            return Mono.error(new IllegalArgumentException("id"));
        });

        StepVerifier.create(broken.transform(ForbearOperator.of(users()))).verifyErrorMessage("id");

        assertThat(subscribed).hasValue(1);
        assertThat(manual.scheduler().pending()).isZero();
    }

    @Test
    void anErrorOfTheMachineIsNeverRetried() {
        AssertionError broken = new AssertionError("broken");
        Mono<String> source = Mono.<String>error(broken).doOnSubscribe(s -> subscribed.incrementAndGet());

        StepVerifier.create(source.transform(ForbearOperator.of(users())))
                .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(broken));

        assertThat(subscribed).hasValue(1);
    }

    @Test
    void theWrapperOfReactorIsTakenOffBeforeTheFailureIsJudged() {
        Mono<String> source = new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super String> actual) {
                subscribed.incrementAndGet();
                Operators.error(actual, Exceptions.propagate(down));
            }
        };

        StepVerifier.create(source.transform(ForbearOperator.of(users())))
                .then(manual.scheduler()::runAll)
                .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));

        assertThat(subscribed).hasValue(3);
    }

    @Test
    void aSourceThatThrowsWhenSubscribedToHasFailed() {
        Mono<String> source = new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super String> actual) {
                subscribed.incrementAndGet();
                throw new IllegalStateException("not a publisher");
            }
        };

        StepVerifier.create(source.transform(ForbearOperator.of(users()))).verifyErrorMessage("not a publisher");
    }

    @Test
    void anOpenBreakerRefusesWithoutASubscription() {
        Retry users = named(p -> p)
                .circuitBreaker(CircuitBreakers.consecutiveFailures(3))
                .build();
        failing(9).transform(ForbearOperator.of(users)).subscribe(value -> {}, failure -> {});
        manual.scheduler().runAll();

        StepVerifier.create(failing(9).transform(ForbearOperator.of(users))).verifyError(CircuitOpenException.class);

        assertThat(subscribed).hasValue(3);
        assertThat(users.snapshot().refused(StopReason.CIRCUIT_OPEN)).isEqualTo(1);
    }

    @Test
    void twoSubscribersShareTheBudgetButNoAttempts() {
        Retry users = users();
        List<String> seen = new ArrayList<>();
        Mono<String> mono = Mono.deferContextual(context -> {
                    int number = ReactorAttempt.current(context).orElseThrow().number();
                    subscribed.incrementAndGet();
                    return number < 3 ? Mono.<String>error(down) : Mono.just("attempt " + number);
                })
                .transform(ForbearOperator.of(users));

        mono.subscribe(seen::add);
        manual.advance(BACKOFF);
        mono.subscribe(seen::add);
        manual.scheduler().runAll();

        assertThat(seen).containsExactly("attempt 3", "attempt 3");
        assertThat(subscribed).hasValue(6);
        assertThat(users.snapshot().budgetRemaining()).isEqualTo(6);
    }

    @Test
    void manyAttemptsThatFailAtOnceGrowNoStack() {
        Retry users = named(p -> p.maxAttempts(50_000).backoff(Backoff.none()))
                .budget(RetryBudgets.tokenBucket(100_000))
                .circuitBreaker(CircuitBreakers.consecutiveFailures(1_000_000))
                .build();

        StepVerifier.create(failing(40_000).transform(ForbearOperator.of(users)))
                .expectNext("Ada")
                .verifyComplete();

        assertThat(subscribed).hasValue(40_001);
    }

    @Test
    void observersHearOfEachAttemptAndItsEnd() {
        failing(1).transform(ForbearOperator.of(users())).subscribe();
        manual.advance(BACKOFF);

        assertThat(heard.events(RetryEvent.AttemptStarted.class)).hasSize(2);
        assertThat(heard.events(RetryEvent.AttemptReturned.class)).hasSize(2);
        assertThat(heard.events(RetryEvent.AttemptFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.failed().failure()).isSameAs(down));
        assertThat(heard.events(RetryEvent.CallSucceeded.class)).hasSize(1);
    }

    @Test
    void anInterruptOfAnotherThreadLeavesTheFlagOfThisOneAlone() {
        InterruptedException interrupt = new InterruptedException();
        Mono<String> source = Mono.<String>error(interrupt).doOnSubscribe(s -> subscribed.incrementAndGet());

        StepVerifier.create(source.transform(ForbearOperator.of(users())))
                .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(interrupt));

        assertThat(Thread.interrupted()).isFalse();
        assertThat(subscribed).hasValue(1);
    }

    @Test
    void aSubscriberThatThrowsIsNotTakenForTheService() {
        Retry users = users();
        AtomicInteger got = new AtomicInteger();

        assertThatThrownBy(() -> failing(0).transform(ForbearOperator.of(users)).subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnNext(String value) {
                        got.incrementAndGet();
                        throw Exceptions.bubble(new IOException("of the subscriber"));
                    }
                }))
                .hasRootCauseMessage("of the subscriber");

        assertThat(got).hasValue(1);
        assertThat(subscribed).hasValue(1);
        assertThat(users.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void aDeadlineThatHasPassedMakesNoAttempt() {
        Retry late = users().with(CallOptions.defaults().deadline(Duration.ZERO));

        StepVerifier.create(failing(0).transform(ForbearOperator.of(late))).verifyError(DeadlinePassedException.class);

        assertThat(subscribed).hasValue(0);
    }
}
