package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CallOutcome;
import io.forbear.retry.FailedResult;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An operation that judges its own result: the call goes on as if a rule of the policy had judged it. */
class FailedResultTest {

    private static final Classification BAD = Classification.of(ErrorCategory.SERVER_ERROR);

    private final World world = new World();
    private final List<String> discarded = new ArrayList<>();
    private int made;

    /** The ways to make a call. */
    enum Way {
        BLOCKING,
        THROWN_BY_THE_SUPPLIER,
        DONE_STAGE,
        WRAPPED_IN_THE_STAGE,
        LATER_STAGE,
        OUTCOME
    }

    private RetryPolicy.Builder policy() {
        return RetryPolicy.builder().backoff(Backoff.none()).onDiscard(String.class, discarded::add);
    }

    private Retry retry(RetryPolicy.Builder policy) {
        return world.named("users")
                .policy(policy.build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.executor(Runnable::run))
                .build();
    }

    private String attempt(int good) {
        if (++made < good) {
            throw new FailedResult("bad " + made, BAD);
        }
        return "good";
    }

    private CompletableFuture<String> stage(int good, boolean wrapped) {
        try {
            return CompletableFuture.completedFuture(attempt(good));
        } catch (FailedResult judged) {
            return CompletableFuture.failedFuture(wrapped ? new CompletionException(judged) : judged);
        }
    }

    private String call(Way way, Retry retry, int good) {
        return switch (way) {
            case BLOCKING -> retry.call(() -> attempt(good));
            case THROWN_BY_THE_SUPPLIER ->
                retry.callAsync(() -> CompletableFuture.completedFuture(attempt(good)))
                        .join();
            case DONE_STAGE -> retry.callAsync(() -> stage(good, false)).join();
            case WRAPPED_IN_THE_STAGE ->
                retry.callAsync(() -> stage(good, true)).join();
            case LATER_STAGE -> later(retry, good);
            case OUTCOME -> {
                CallOutcome<String> outcome = retry.callForOutcome(() -> attempt(good));
                yield outcome.isSuccess() ? outcome.result() : "bad " + outcome.attempts();
            }
        };
    }

    private String later(Retry retry, int good) {
        List<CompletableFuture<String>> stages = new ArrayList<>();
        CompletableFuture<String> future = retry.callAsync(() -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            stages.add(stage);
            return stage;
        });
        while (!future.isDone()) {
            CompletableFuture<String> last = stages.get(stages.size() - 1);
            try {
                last.complete(attempt(good));
            } catch (FailedResult judged) {
                last.completeExceptionally(judged);
            }
        }
        return future.join();
    }

    @ParameterizedTest
    @EnumSource
    void isRetriedAndDiscardedBeforeTheNextAttempt(Way way) {
        Retry retry = retry(policy());

        assertThat(call(way, retry, 3)).isEqualTo("good");

        assertThat(made).isEqualTo(3);
        assertThat(discarded).containsExactly("bad 1", "bad 2");
        assertThat(retry.snapshot().recovered()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void theLastOneIsWhatTheCallerGets(Way way) {
        Retry retry = retry(policy());

        assertThat(call(way, retry, 9)).isEqualTo("bad 3");

        assertThat(discarded).containsExactly("bad 1", "bad 2");
        assertThat(retry.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }

    @Test
    void aPolicyThatThrowsFailedResultsThrowsThisOne() {
        Retry retry = retry(policy().throwFailedResults());

        assertThatThrownBy(() -> retry.call(() -> attempt(9)))
                .isInstanceOfSatisfying(FailedResultException.class, thrown -> {
                    assertThat(thrown.result()).isEqualTo("bad 3");
                    assertThat(thrown.classification()).isEqualTo(BAD);
                });
    }

    @ParameterizedTest
    @EnumSource
    void isAnOrdinaryResultWhereRetryingIsOff(Way way) {
        Retry retry = retry(policy().enabled(false));

        assertThat(call(way, retry, 9)).isEqualTo("bad 1");

        assertThat(made).isEqualTo(1);
        assertThat(discarded).isEmpty();
    }

    @Test
    void theOperationsWordGoesBeforeTheRuleOfThePolicy() {
        Retry retry = retry(policy().classifyResult(String.class, text -> Classification.of(ErrorCategory.TIMEOUT)));

        retry.callForOutcome(() -> {
            throw new FailedResult("bad", BAD.notRetryable());
        });

        assertThat(retry.snapshot().failedAttempts(ErrorCategory.SERVER_ERROR)).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(1);
    }

    @Test
    void oneThatComesAfterTheCallWasCancelledIsDiscarded() {
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false; // as one that is not heard in time
            }
        };
        CompletableFuture<String> future = retry(policy()).callAsync(() -> stage);

        future.cancel(true);
        stage.completeExceptionally(new CompletionException(new FailedResult("late", BAD)));

        assertThat(discarded).containsExactly("late");
    }

    @Test
    void aBatchAndACallMadeByHandTakeItForAFailureOfItsClassification() {
        Retry retry = retry(policy());

        BatchResult<String, String> batch = retry.callBatch(List.of("a"), left -> {
            throw new FailedResult("bad", BAD.notRetryable());
        });
        RetryCall byHand = retry.begin();
        RetryDecision decision = byHand.failed(new FailedResult("bad", BAD.notRetryable()));

        assertThat(batch.failed().get(0).classification()).isEqualTo(BAD.notRetryable());
        assertThat(decision).isEqualTo(new RetryDecision.GiveUp(StopReason.NOT_RETRYABLE));
    }

    @Test
    void aSuccessIsNoFailedResult() {
        assertThatThrownBy(() -> new FailedResult("good", Classification.success()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatCannotBeRepeatedIsAttemptedOnceAlsoWhereTheServerDidNothing() {
        Retry once = retry(policy()).with(CallOptions.defaults().notRepeatable());

        String result = once.call(() -> {
            made++;
            throw new FailedResult("bad", BAD.notExecuted().retryable());
        });

        assertThat(result).isEqualTo("bad");
        assertThat(made).isEqualTo(1);
        assertThat(once.snapshot().stopped(StopReason.NOT_REPEATABLE)).isEqualTo(1);
    }

    @Test
    void aViewTellsTheAttemptAndTheTimeLeftToTheOperation() {
        Retry retry = retry(policy());
        Retry bounded = retry.with(CallOptions.defaults().deadline(Duration.ofSeconds(5)));
        List<Integer> attempts = new ArrayList<>();

        retry.call(() -> {
            attempts.add(retry.currentAttempt());
            assertThat(retry.remaining()).isEmpty();
            return attempt(3);
        });
        Duration left = bounded.call(() -> bounded.remaining().orElseThrow());

        assertThat(attempts).containsExactly(1, 2, 3);
        assertThat(left).isEqualTo(Duration.ofSeconds(5));
        assertThat(retry.currentAttempt()).isEqualTo(1);
        assertThat(retry.remaining()).isEmpty();
    }
}
