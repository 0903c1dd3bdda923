package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CallOutcome;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a call ended, as a value; and results that are failures. */
class CallOutcomeTest {

    private static final Classification BAD = Classification.of(ErrorCategory.SERVER_ERROR);

    private final World world = new World();
    private final IOException down = new IOException("down");
    private int made;

    private RetryPolicy.Builder policy() {
        return RetryPolicy.builder()
                .backoff(Backoff.none())
                .classifyResult(String.class, text -> text.startsWith("bad") ? BAD : null);
    }

    private Retry retry(RetryPolicy.Builder policy) {
        return world.named("users")
                .policy(policy.build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.executor(Runnable::run))
                .build();
    }

    private String succeedsAt(int attempt) throws IOException {
        if (++made < attempt) {
            throw down;
        }
        return "ok";
    }

    @Test
    void aSuccessHasItsResultItsAttemptsAndTheFailuresBefore() {
        CallOutcome<String> outcome = retry(policy()).callForOutcome(() -> succeedsAt(3));

        assertThat(outcome.isSuccess()).isTrue();
        assertThat(outcome.result()).isEqualTo("ok");
        assertThat(outcome.attempts()).isEqualTo(3);
        assertThat(outcome.stopReason()).isEmpty();
        assertThat(outcome.failures()).extracting(FailedAttempt::attempt).containsExactly(1, 2);
        assertThat(outcome.failures()).extracting(FailedAttempt::failure).containsOnly(down);
    }

    @Test
    void aFailureIsAValueWithItsReason() {
        CallOutcome<String> outcome = retry(policy()).callForOutcome(() -> succeedsAt(9));

        assertThat(outcome.isSuccess()).isFalse();
        assertThat(outcome.failure()).contains(down);
        assertThat(outcome.stopReason()).contains(StopReason.ATTEMPTS_EXHAUSTED);
        assertThat(outcome.attempts()).isEqualTo(3);
        assertThat(outcome.orElse(
                        failed -> failed.stopReason() + " " + failed.failures().size()))
                .isEqualTo("Optional[ATTEMPTS_EXHAUSTED] 3");
    }

    @Test
    void failuresThatAreResultsAreToldWithTheirResults() {
        CallOutcome<String> outcome = retry(policy()).callForOutcome(() -> "bad " + ++made);

        assertThat(outcome.result()).isEqualTo("bad 3");
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.stopReason()).contains(StopReason.ATTEMPTS_EXHAUSTED);
        assertThat(outcome.failures()).extracting(FailedAttempt::result).containsExactly("bad 1", "bad 2", "bad 3");
    }

    @Test
    void aCallThatWasRefusedHasNoAttempt() {
        CallOutcome<String> outcome = retry(policy())
                .with(CallOptions.defaults().deadline(Duration.ZERO))
                .callForOutcome(() -> succeedsAt(1));

        assertThat(outcome.attempts()).isZero();
        assertThat(outcome.stopReason()).contains(StopReason.DEADLINE_EXCEEDED);
        assertThat(made).isZero();
    }

    @Test
    void theFailuresOfAnOutcomeAreBounded() {
        CallOutcome<String> outcome = retry(policy().maxAttempts(1000)).callForOutcome(() -> succeedsAt(2000));

        assertThat(outcome.failures()).hasSize(CallOutcome.MOST_FAILURES);
        assertThat(outcome.failures().get(0).attempt()).isEqualTo(1);
        assertThat(outcome.failures().get(CallOutcome.MOST_FAILURES - 1).attempt())
                .isEqualTo(1000);
    }

    @Test
    void anAsynchronousOutcomeIsTheSame() {
        Retry retry = retry(policy());

        CallOutcome<String> failed = retry.<String>callAsyncForOutcome(() -> CompletableFuture.failedFuture(down))
                .join();
        CallOutcome<String> bad = retry.callAsyncForOutcome(() -> CompletableFuture.completedFuture("bad"))
                .join();
        CallOutcome<String> good = retry.callAsyncForOutcome(() -> CompletableFuture.completedFuture("ok"))
                .join();

        assertThat(failed.failure()).contains(down);
        assertThat(failed.failures()).hasSize(3);
        assertThat(bad.result()).isEqualTo("bad");
        assertThat(bad.isSuccess()).isFalse();
        assertThat(good.isSuccess()).isTrue();
        assertThat(retry.snapshot().calls()).isEqualTo(3);
    }

    @Test
    void cancellingAnAsynchronousOutcomeCancelsTheAttempt() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Retry retry = retry(policy());

        CompletableFuture<CallOutcome<String>> outcome = retry.callAsyncForOutcome(() -> stage);
        outcome.cancel(true);

        assertThat(stage).isCancelled();
        assertThat(outcome).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aFailedResultIsThrownWhereThePolicySaysSo() {
        Retry retry = retry(policy().throwFailedResults());

        Throwable thrown = catchThrowable(() -> retry.call(() -> "bad " + ++made));
        Throwable async = catchThrowable(() -> retry.callAsync(() -> CompletableFuture.completedFuture("bad"))
                        .join())
                .getCause();

        assertThat(thrown).isInstanceOfSatisfying(FailedResultException.class, failed -> {
            assertThat(failed.result()).isEqualTo("bad 3");
            assertThat(failed.reason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED);
            assertThat(failed.attempts()).isEqualTo(3);
            assertThat(failed.classification()).isEqualTo(BAD);
            assertThat(failed).hasMessage("users: failed result after 3 attempts: ATTEMPTS_EXHAUSTED (SERVER_ERROR)");
        });
        assertThat(async).isInstanceOf(FailedResultException.class);
        assertThat(retry.callForOutcome(() -> "bad").result()).isEqualTo("bad");
    }

    @Test
    void aResultThatWasDiscardedIsNeverHandedOut() {
        Retry retry = world.named("users")
                .policy(policy().onDiscard(String.class, text -> {}).build())
                .runtime(r -> r.sleeper(nanos -> {
                    throw new InterruptedException();
                }))
                .policy(policy().backoff(Backoff.fixed(Duration.ofMillis(5)))
                        .onDiscard(String.class, text -> {})
                        .build())
                .withoutBudget()
                .build();

        Throwable thrown = catchThrowable(() -> retry.call(() -> "bad"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOfSatisfying(FailedResultException.class, failed -> {
            assertThat(failed.result()).isNull();
            assertThat(failed.reason()).isEqualTo(StopReason.INTERRUPTED);
        });
    }

    @Test
    void rulesForResultsOfSeveralTypesLiveSideBySide() {
        Retry retry = retry(policy().classifyResult(Integer.class, number -> number < 0 ? BAD : null)
                .classifyResult(Number.class, number -> BAD)
                .classifyResult(Object.class, any -> null));

        assertThat(retry.callForOutcome(() -> "bad").isSuccess()).isFalse();
        assertThat(retry.callForOutcome(() -> "good").isSuccess()).isTrue();
        assertThat(retry.callForOutcome(() -> -1).isSuccess()).isFalse();
        assertThat(retry.callForOutcome(() -> 1L).isSuccess()).isFalse();
        assertThat(retry.callForOutcome(() -> 'c').isSuccess()).isTrue();
    }

    @Test
    void anInterruptibleOperationThrowsWhatItDeclares() throws InterruptedException {
        Retry retry = retry(policy());
        try {
            retry.callInterruptibly(() -> {
                new CountDownLatch(0).await();
                return succeedsAt(9);
            });
        } catch (IOException expected) { // and no Exception
            assertThat(expected).isSameAs(down);
        }
        assertThat(made).isEqualTo(3);
    }

    @Test
    void aCallableNeedsNoTypeOfException() throws Exception {
        assertThat(retry(policy()).execute(() -> succeedsAt(2))).isEqualTo("ok");
    }
}
