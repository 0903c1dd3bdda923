package io.forbear.retry.core.execution;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOutcome;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In whatever way the caller ends a future, the work behind it is told. */
class CallersFutureTest {

    private final ManualClock clock = new ManualClock();
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final CompletableFuture<String> stage = new CompletableFuture<>();
    private final Queue<Runnable> hops = new ArrayDeque<>();

    enum Way {
        CANCEL(future -> future.cancel(true)),
        COMPLETE(future -> future.complete(null)),
        FAIL(future -> future.completeExceptionally(new IOException("mine"))),
        COMPLETE_ASYNC(future -> future.completeAsync(() -> null, Runnable::run)),
        FAIL_ASYNC(future -> future.completeAsync(
                () -> {
                    throw new IllegalStateException("mine");
                },
                Runnable::run)),
        OBTRUDE(future -> future.obtrudeValue(null)),
        OBTRUDE_FAILURE(future -> future.obtrudeException(new IOException("mine"))),
        TIME_OUT(future -> catchThrowable(future.orTimeout(1, TimeUnit.NANOSECONDS)::join)),
        TIME_OUT_WITH_VALUE(future ->
                future.completeOnTimeout(null, 1, TimeUnit.NANOSECONDS).join());

        private final Consumer<CompletableFuture<?>> act;

        Way(Consumer<CompletableFuture<?>> act) {
            this.act = act;
        }
    }

    private Retry service(RetryPolicy policy) {
        return Retries.named("users")
                .policy(policy)
                .runtime(r -> r.clock(clock).scheduler(scheduler).executor(Runnable::run))
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    @Test
    void aResultThatComesWhileTheOutcomeIsCancelledIsDiscarded() {
        ArrayDeque<CompletableFuture<?>> outcomes = new ArrayDeque<>();
        ArrayDeque<String> closed = new ArrayDeque<>();
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.none())
                        .onDiscard(String.class, closed::add)
                        .build())
                .runtime(r -> r.clock(clock).scheduler(scheduler).executor(hops::add))
                .listener(new RetryListener() {
                    @Override
                    public void onRecovered(String service, int attempts) {
                        outcomes.remove().cancel(true);
                    }
                })
                .build();
        int[] made = {0};
        CompletableFuture<CallOutcome<String>> outcome = retry.callAsyncForOutcome(() -> ++made[0] == 1
                ? CompletableFuture.failedFuture(new IOException("down"))
                : CompletableFuture.completedFuture("late"));
        outcomes.add(outcome);

        hops.remove().run();

        assertThat(outcome).isCancelled();
        assertThat(closed).containsExactly("late");
    }

    @ParameterizedTest
    @EnumSource
    void theCallEnds(Way way) {
        Retry retry = service(RetryPolicy.defaults());
        CompletableFuture<String> call = retry.callAsync(() -> stage);
        way.act.accept(call);
        assertThat(call).isDone();
        assertThat(stage).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void theCallBehindAnOutcomeEnds(Way way) {
        Retry retry = service(RetryPolicy.defaults());
        CompletableFuture<CallOutcome<String>> outcome = retry.callAsyncForOutcome(() -> stage);
        way.act.accept(outcome);
        assertThat(outcome).isDone();
        assertThat(stage).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void theWaitOfACallMadeByHandEnds(Way way) {
        Retry retry = service(
                RetryPolicy.builder().backoff(Backoff.fixed(ofSeconds(1))).build());
        RetryCall call = retry.begin();
        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(new IOException("down")));
        way.act.accept(wait);
        assertThat(wait).isDone();
        assertThat(scheduler.pending()).isZero();
        assertThat(call.stopReason()).contains(StopReason.CANCELLED);
    }

    @Test
    void whatTheCallerSetsIsWhatTheFutureHolds() {
        Retry retry = service(RetryPolicy.defaults());
        CompletableFuture<String> call = retry.callAsync(() -> stage);
        assertThat(call.completeAsync(() -> "mine", Runnable::run).join()).isEqualTo("mine");
        call.obtrudeValue("other");
        assertThat(call.join()).isEqualTo("other");
        assertThat(retry.snapshot().calls()).isOne();
    }

    @Test
    void anAttemptLimitThatIsOverAtOnceEndsTheAttempt() {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .attemptTimeout(Duration.ofNanos(1))
                        .backoff(Backoff.none())
                        .build())
                .runtime(r -> r.executor(Runnable::run))
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
        for (int i = 0; i < 200; i++) {
            CompletableFuture<String> call = retry.callAsync(CompletableFuture::new);
            Throwable thrown = catchThrowable(() -> call.get(1, TimeUnit.MINUTES));
            assertThat(thrown).hasRootCauseInstanceOf(TimeoutException.class);
            assertThat(thrown).hasMessageContaining("users: attempt 3");
        }
    }

    @Test
    void anOutcomeSaysThatTheDeadlineCameWhileAnAttemptBegan() {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.none())
                        .deadline(ofSeconds(1))
                        .build())
                .runtime(r -> r.clock(clock).scheduler(scheduler).executor(hops::add))
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
        int[] made = {0};
        CompletableFuture<CallOutcome<String>> outcome = retry.callAsyncForOutcome(() -> {
            if (++made[0] == 2) {
                clock.advance(ofSeconds(1));
            }
            return CompletableFuture.failedFuture(new IOException("down"));
        });
        hops.remove().run();
        assertThat(outcome.join().stopReason()).contains(StopReason.DEADLINE_EXCEEDED);
        assertThat(outcome.join().attempts()).isEqualTo(2);
        assertThat(outcome.join().failures()).hasSize(1);
        assertThat(outcome.join().failure()).hasValueSatisfying(failure -> assertThat(failure)
                .isInstanceOf(TimeoutException.class)
                .hasMessage("users: an attempt was being begun at the deadline of the call"));
    }
}
