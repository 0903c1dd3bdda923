package io.forbear.retry.reactor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TimeLimitsTest extends ReactorTestBase {

    private final Mono<String> silent = Mono.<String>never()
            .doOnSubscribe(s -> subscribed.incrementAndGet())
            .doOnCancel(subscribed::decrementAndGet);

    @Test
    void anAttemptThatTakesTooLongIsCancelledAndRetried() {
        Retry users = users(p -> p.attemptTimeout(ofMillis(50)));

        StepVerifier.create(silent.transform(ForbearOperator.of(users)))
                .then(manual.scheduler()::runAll)
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(TimeoutException.class)
                        .hasMessage("users: attempt 3 took longer than its limit"));

        assertThat(subscribed).hasValue(0);
        assertThat(users.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(3);
    }

    @Test
    void theDeadlineOfTheCallEndsTheAttemptThatIsUnderWay() {
        Retry users = users(p -> p.attemptTimeout(ofSeconds(10)).deadline(ofMillis(120)));
        Mono<String> source = Mono.defer(() -> subscribed.incrementAndGet() == 1 ? Mono.error(down) : Mono.never());

        StepVerifier.create(source.transform(ForbearOperator.of(users)))
                .then(() -> manual.advance(ofMillis(120)))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(TimeoutException.class)
                        .hasMessage("users: attempt 2 was under way at the deadline of the call")
                        .satisfies(
                                timeout -> assertThat(timeout.getSuppressed()).contains(down)));

        assertThat(users.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void theDeadlineOfTheCallEndsAWaitThatTheExecutorHasDropped() {
        Retry users = named(p -> p.deadline(ofSeconds(1)))
                .runtime(r -> r.executor(task -> {}))
                .build();

        StepVerifier.create(failing(9).transform(ForbearOperator.of(users)))
                .then(manual.scheduler()::runAll)
                .verifyErrorSatisfies(thrown -> assertThat(thrown).isSameAs(down));

        assertThat(users.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(manual.scheduler().pending()).isZero();
    }

    @Test
    void aWaitBeyondTheDeadlineIsNotBegun() {
        Retry users = users(p -> p.deadline(ofMillis(80)));

        StepVerifier.create(failing(9).transform(ForbearOperator.of(users)))
                .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));

        assertThat(subscribed).hasValue(1);
        assertThat(users.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void anAttemptKnowsHowMuchTimeItHas() {
        Retry users = users(p -> p.attemptTimeout(ofMillis(50)).deadline(ofMillis(130)));
        Mono<String> source = Mono.deferContextual(context -> {
            ReactorAttempt attempt = ReactorAttempt.current(context).orElseThrow();
            return attempt.number() == 1 ? Mono.error(down) : Mono.just(attempt.toString());
        });

        StepVerifier.create(source.transform(ForbearOperator.of(users)))
                .then(manual.scheduler()::runAll)
                .expectNext("ReactorAttempt[service=users, number=2, timeout=PT0.03S]")
                .verifyComplete();
    }

    @Test
    void noTimerIsLeftOfACallThatHasEnded() {
        Retry users = users(p -> p.attemptTimeout(ofSeconds(1)).deadline(ofSeconds(9)));
        Mono<String> source = Mono.defer(() -> Mono.just("Ada").delayElement(ofMillis(1)));

        assertThat(source.transform(ForbearOperator.of(users)).block()).isEqualTo("Ada");

        assertThat(manual.scheduler().pending()).isZero();
    }
}
