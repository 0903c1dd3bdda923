package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls whose attempts somebody else makes. */
class RetryCallTest {

    private static final RetryDecision IN_100_MS = new RetryDecision.Again(ofMillis(100));

    private final World world = new World();
    private final Retry retry = world.named("users")
            .policy(RetryPolicy.builder()
                    .maxAttempts(3)
                    .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                    .build())
            .budget(RetryBudgets.tokenBucket(10))
            .withoutCircuitBreaker()
            .build();

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private static RetryDecision giveUp(StopReason reason) {
        return new RetryDecision.GiveUp(reason);
    }

    @Test
    void recovers() {
        RetryCall call = retry.begin();
        assertThat(call.attempt()).isEqualTo(1);
        assertThat(call.failed(new IOException())).isEqualTo(IN_100_MS);
        assertThat(call.resume()).isTrue();
        assertThat(call.attempt()).isEqualTo(2);
        call.succeeded();

        assertThat(call.stopReason()).isEmpty();
        assertThat(retry.snapshot().recovered()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
        assertThat(retry.snapshot().delayNanos()).isEqualTo(ofMillis(100).toNanos());
        assertThat(world.events).containsExactly("retry after 1 NETWORK_ERROR in 100", "recovered after 2");
    }

    @Test
    void givesUpWhereTheAttemptsAreUsedUp() {
        RetryCall call = retry.begin();
        call.failed(new IOException());
        call.resume();
        call.failed(new IOException());
        call.resume();

        assertThat(call.attempt()).isEqualTo(3);
        assertThat(call.failed(new IOException())).isEqualTo(giveUp(StopReason.ATTEMPTS_EXHAUSTED));
        assertThat(call.stopReason()).contains(StopReason.ATTEMPTS_EXHAUSTED);
        assertThat(retry.snapshot().attempts()).isEqualTo(3);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void takesAFailureThatTheCallerHasClassified() {
        RetryCall call = retry.begin();
        assertThat(call.failed(Classification.of(ErrorCategory.TIMEOUT).pushback(ofSeconds(2))))
                .isEqualTo(new RetryDecision.Again(ofSeconds(2)));
        call.resume();

        assertThat(call.failed(Classification.of(ErrorCategory.CLIENT_ERROR)))
                .isEqualTo(giveUp(StopReason.NOT_RETRYABLE));
        assertThat(retry.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1);
        assertThat(retry.snapshot().failedAttempts(ErrorCategory.CLIENT_ERROR)).isEqualTo(1);
    }

    @Test
    void isNotResumedWhereTheDeadlineHasPassedMeanwhileAndGivesBackWhatItTook() {
        RetryCall call =
                retry.with(CallOptions.defaults().deadline(ofSeconds(1))).begin();
        assertThat(call.failed(new IOException())).isEqualTo(IN_100_MS);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(9);
        world.pass(ofSeconds(1));

        assertThat(call.resume()).isFalse();

        assertThat(call.stopReason()).contains(StopReason.DEADLINE_EXCEEDED);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
        assertThat(retry.snapshot().attempts()).isEqualTo(1);
    }

    @Test
    void isAbandonedAndGivesBackWhatItTook() {
        RetryCall call = retry.begin();
        call.failed(new IOException());

        call.abandoned();

        assertThat(call.stopReason()).contains(StopReason.CANCELLED);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
        assertThat(world.events).last().isEqualTo("stop after 1 CANCELLED");
    }

    @Test
    void endsOnceHoweverOftenItIsEnded() {
        RetryCall call = retry.begin();
        call.succeeded();
        call.succeeded();
        call.abandoned();
        call.close();
        assertThat(retry.snapshot().calls()).isEqualTo(1);
        assertThat(retry.snapshot().successes()).isEqualTo(1);
        assertThat(call.stopReason()).isEmpty();

        RetryCall other = retry.begin();
        other.close();
        other.abandoned();
        other.succeeded();
        assertThat(retry.snapshot().calls()).isEqualTo(2);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
    }

    @Test
    void refusesWhatItsProtocolDoesNotAllow() {
        RetryCall call = retry.begin();
        assertThatThrownBy(call::resume)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("call: ATTEMPT (expected: GRANTED)");
        assertThatThrownBy(() -> call.failed((Throwable) null)).hasMessage("failure");
        assertThatThrownBy(() -> call.failed((Classification) null)).hasMessage("classification");

        call.failed(new IOException());
        assertThatThrownBy(call::succeeded)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("call: GRANTED (expected: ATTEMPT)");
        assertThatThrownBy(() -> call.failed(new IOException()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("call: GRANTED (expected: ATTEMPT)");
        assertThatThrownBy(call::atGate).hasMessage("call: GRANTED (expected: DUE)");

        call.abandoned();
        assertThatThrownBy(() -> call.failed(new IOException())).hasMessage("call: ENDED (expected: ATTEMPT)");
        assertThatThrownBy(() -> call.failed(Classification.of(ErrorCategory.TIMEOUT)))
                .hasMessage("call: ENDED (expected: ATTEMPT)");
        assertThatThrownBy(() -> call.failed(new StackOverflowError())).hasMessage("call: ENDED (expected: ATTEMPT)");
        assertThatThrownBy(call::resume).hasMessage("call: ENDED (expected: GRANTED)");
    }

    @Test
    void neverRetriesAnInterruptOfItsThreadAndRestoresTheFlag() {
        assertThat(retry.begin().failed(new InterruptedException())).isEqualTo(giveUp(StopReason.INTERRUPTED));

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void neverRetriesAnInterruptOfAnotherThreadAndLeavesTheFlag() {
        assertThat(retry.begin().failed(new CompletionException(new InterruptedException())))
                .isEqualTo(giveUp(StopReason.INTERRUPTED));

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void isMadeOnceAndLeavesNoTraceWhereRetryingIsOff() {
        Retry off = world.named("off")
                .policy(RetryPolicy.builder().enabled(false).build())
                .build()
                .forClient("tenant");
        RetryCall failing = off.begin();
        RetryCall fatal = off.begin();
        RetryCall classified = off.begin();

        assertThat(failing.failed(new IOException())).isEqualTo(giveUp(StopReason.DISABLED));
        assertThat(fatal.failed(new StackOverflowError())).isEqualTo(giveUp(StopReason.DISABLED));
        assertThat(classified.failed(Classification.of(ErrorCategory.TIMEOUT))).isEqualTo(giveUp(StopReason.DISABLED));
        off.begin().succeeded();
        off.begin().abandoned();

        assertThat(failing.attempt()).isEqualTo(1);
        assertThat(failing.stopReason()).contains(StopReason.DISABLED);
        assertThat(off.snapshot().calls()).isZero();
        assertThat(off.snapshot().attempts()).isZero();
        assertThat(off.snapshot().clientsTracked()).isZero();
        assertThat(world.events).isEmpty();
    }
}
