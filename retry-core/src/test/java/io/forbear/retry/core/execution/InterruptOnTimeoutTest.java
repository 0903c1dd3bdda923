package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Blocking attempts that are cut short by an interrupt, where the policy asks for it. */
class InterruptOnTimeoutTest {

    private int made;

    private static Retry retry(RetryPolicy.Builder policy) {
        return Retries.named("users")
                .policy(policy.backoff(Backoff.none()).interruptOnTimeout().build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    private String hangsUntil(int attempt) throws InterruptedException {
        if (++made < attempt) {
            new CountDownLatch(1).await();
        }
        return "ok";
    }

    @Test
    void anAttemptThatHangsIsInterruptedAndRetried() throws InterruptedException {
        Retry retry = retry(RetryPolicy.builder().attemptTimeout(ofMillis(250))); // so that the third is not cut short

        assertThat(retry.<String, InterruptedException>call(() -> hangsUntil(3)))
                .isEqualTo("ok");

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(retry.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(2);
    }

    @Test
    void theLastFailureIsATimeOutWithWhatTheAttemptThrew() {
        Retry retry = retry(RetryPolicy.builder().attemptTimeout(ofMillis(20)).maxAttempts(1));

        Throwable thrown = catchThrowable(() -> retry.call(() -> hangsUntil(9)));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(thrown.getSuppressed()).hasAtLeastOneElementOfType(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anErrorThatIsNotOfTheInterruptStaysWhatItIs() {
        Retry retry = retry(RetryPolicy.builder().attemptTimeout(ofMillis(20)));
        AssertionError bug = new AssertionError();

        Throwable thrown = catchThrowable(() -> retry.call(() -> {
            try {
                return hangsUntil(9);
            } catch (InterruptedException interrupt) {
                throw bug;
            }
        }));

        assertThat(thrown).isSameAs(bug);
        assertThat(made).isOne();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anErrorOfTheInterruptIsATimeOut() {
        Retry retry = retry(RetryPolicy.builder().attemptTimeout(ofMillis(20)).maxAttempts(2));

        Throwable thrown = catchThrowable(() -> retry.call(() -> {
            try {
                return hangsUntil(9);
            } catch (InterruptedException interrupt) {
                throw new AssertionError(interrupt);
            }
        }));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(made).isEqualTo(2);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void theDeadlineOfTheCallInterruptsToo() {
        Retry retry = retry(RetryPolicy.builder().deadline(ofMillis(250)).maxAttempts(1000));

        Throwable thrown = catchThrowable(() -> retry.call(() -> hangsUntil(9)));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void anAttemptThatReturnsInTimeIsNeverInterruptedAfterwards() {
        Retry retry = retry(RetryPolicy.builder().attemptTimeout(java.time.Duration.ofNanos(200_000)));
        for (int i = 0; i < 2_000; i++) {
            int spins = i % 64;
            catchThrowable(() -> retry.call(() -> {
                for (int k = 0; k < spins * 50; k++) {
                    Thread.onSpinWait();
                }
                return "ok";
            }));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void anInterruptFromOutsideEndsTheCallAndStaysSet() {
        Retry retry = retry(RetryPolicy.builder().attemptTimeout(java.time.Duration.ofMinutes(5)));
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> retry.call(() -> hangsUntil(9)));

        assertThat(thrown).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
    }
}
