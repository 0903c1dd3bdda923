package io.forbear.retry.core.call;

import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.ScriptedGate;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.core.gate.AttemptGates;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every attempt passes the gate; what does not pass in time is not made, and gives back what it held. */
class GateTest {

    /** Keeps also that an attempt asked for a place. */
    private static final class AskedGate extends ScriptedGate {

        private AskedGate waits(long... nanos) {
            for (long wait : nanos) {
                waits.add(wait);
            }
            return this;
        }

        @Override
        public @Nullable Place enter() {
            told.add(refuses ? "refused" : "entered");
            return super.enter();
        }
    }

    private static final long SECOND = 1_000_000_000L;

    private final World world = new World();
    private final AskedGate gate = new AskedGate();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private int attempts;

    @AfterEach
    void tidies() {
        timer.shutdownNow();
        Thread.interrupted();
    }

    private Retries.Builder gated() {
        return world.named("users").withoutBudget().withoutCircuitBreaker().gate(clock -> gate);
    }

    private String failsTimes(int failures) throws IOException {
        if (attempts++ < failures) {
            throw new IOException("attempt " + attempts);
        }
        return "result";
    }

    // ---- blocking

    @Test
    void everyAttemptPassesTheGateAndTellsItsOutcome() throws Exception {
        Retry retry = gated().build();

        assertThat(retry.<String, IOException>call(() -> failsTimes(1))).isEqualTo("result");

        assertThat(gate.told).containsExactly("entered", "failed NETWORK_ERROR", "entered", "succeeded 2");
    }

    @Test
    void waitsBeforeTheFirstAttemptAndAsksAgainOnTheWay() throws Exception {
        gate.waits(4 * SECOND, SECOND, SECOND / 4);
        Retry retry = gated().build();

        retry.<String, IOException>call(() -> {
            assertThat(world.waits).containsExactly(ofMillis(500), ofMillis(125), ofNanos(31_250_000));
            return failsTimes(0);
        });

        assertThat(attempts).isEqualTo(1);
        assertThat(gate.told).containsExactly("entered", "succeeded 1");
    }

    @Test
    void waitsAtTheGateAfterTheBackoff() throws Exception {
        Retry retry = gated().build();
        gate.waits(0, SECOND / 10);

        retry.<String, IOException>call(() -> failsTimes(1));

        assertThat(world.waits).containsExactly(ofMillis(75), ofNanos(12_500_000));
    }

    @Test
    void aGateThatIsNotEngagedHearsOfFailuresAlone() throws Exception {
        gate.engaged = false;
        Retry retry = gated().build();

        retry.<String, IOException>call(() -> failsTimes(0));
        assertThat(gate.told).isEmpty();
        attempts = 0;
        retry.<String, IOException>call(() -> failsTimes(1));

        assertThat(gate.told).containsExactly("failed NETWORK_ERROR");
    }

    @Test
    void aFirstAttemptThatWouldWaitBeyondTheDeadlineIsNotMadeAndDoesNotSleep() {
        gate.waits(SECOND);
        Retry retry = gated().build();

        Throwable refusal = catchThrowable(
                () -> retry.with(CallOptions.defaults().deadline(ofSeconds(1))).call(() -> failsTimes(0)));

        assertThat(refusal)
                .isInstanceOf(GateRefusedException.class)
                .hasMessage("users: first attempt not made: DEADLINE_EXCEEDED");
        assertThat(((GateRefusedException) refusal).reason()).isEqualTo(StopReason.DEADLINE_EXCEEDED);
        assertThat(((GateRefusedException) refusal).service()).isEqualTo("users");
        assertThat(refusal.getStackTrace()).isEmpty();
        assertThat(attempts).isZero();
        assertThat(world.waits).isEmpty();
        assertThat(gate.told).containsExactly("entered", "left");
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isZero();
        assertThat(world.events).containsExactly("stop after 0 DEADLINE_EXCEEDED");
    }

    @Test
    void aWaitThatTurnsOutTooLongForTheDeadlineIsGivenUpAsSoonAsThatIsSeen() {
        gate.waits(SECOND, 3 * SECOND);
        Retry retry = gated().build();

        assertThatThrownBy(() -> retry.with(CallOptions.defaults().deadline(ofSeconds(2)))
                        .call(() -> failsTimes(0)))
                .isInstanceOf(GateRefusedException.class);

        assertThat(world.waits).containsExactly(ofMillis(125));
        assertThat(gate.told).containsExactly("entered", "left");
    }

    @Test
    void aRetryThatWouldWaitBeyondTheDeadlineEndsTheCallWithItsFailureAndARefund() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .gate(clock -> gate)
                .build();
        gate.waits(0, SECOND);

        Throwable failure = catchThrowable(
                () -> retry.with(CallOptions.defaults().deadline(ofSeconds(1))).call(() -> failsTimes(9)));

        assertThat(failure).isInstanceOf(IOException.class).hasMessage("attempt 1");
        assertThat(failure.getSuppressed()[0]).hasMessage("users: stopped after 1 attempt: DEADLINE_EXCEEDED");
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
        assertThat(gate.told).endsWith("entered", "left");
    }

    @Test
    void aGateThatRefusesEndsTheCall() {
        Retry retry = gated().build();
        gate.refuses = true;

        assertThatThrownBy(() -> retry.call(() -> failsTimes(0)))
                .hasMessage("users: first attempt not made: RATE_LIMITED");

        assertThat(attempts).isZero();
        assertThat(retry.snapshot().stopped(StopReason.RATE_LIMITED)).isEqualTo(1);
    }

    @Test
    void aGateThatRefusesARetryEndsTheCallWithItsFailureAndARefund() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .gate(clock -> gate)
                .build();

        assertThatThrownBy(() -> retry.call(() -> {
                    gate.refuses = true;
                    return failsTimes(9);
                }))
                .hasMessage("attempt 1");

        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
        assertThat(world.events).last().isEqualTo("stop after 1 RATE_LIMITED");
    }

    @Test
    void anInterruptBeforeTheFirstAttemptEndsTheCallAndGivesThePlaceBack() {
        gate.waits(SECOND);
        Retry retry = gated().build();
        world.duringWait = () -> Thread.currentThread().interrupt();

        assertThatThrownBy(() -> retry.call(() -> failsTimes(0)))
                .isInstanceOf(GateRefusedException.class)
                .hasMessage("users: first attempt not made: INTERRUPTED");

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(gate.told).containsExactly("entered", "left");
    }

    @Test
    void aBreakerThatOpensWhileAnAttemptWaitsStopsItAndThePlaceIsGivenBack() {
        Retry retry = world.named("users")
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(1).openFor(ofSeconds(60)))
                .gate(clock -> gate)
                .build();
        gate.waits(SECOND);
        world.duringWait = () -> {
            world.duringWait = () -> {};
            catchThrowable(() -> retry.call(() -> failsTimes(9)));
        };

        assertThatThrownBy(() -> retry.call(() -> failsTimes(0))).isInstanceOf(CircuitOpenException.class);

        assertThat(attempts).as("the other call's").isEqualTo(1);
        assertThat(gate.told).containsExactly("entered", "entered", "failed NETWORK_ERROR", "left");
    }

    @Test
    void anOpenBreakerIsSeenBeforeTheWait() {
        Retry retry = world.named("users")
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(1).openFor(ofSeconds(60)))
                .gate(clock -> gate)
                .build();
        catchThrowable(() -> retry.call(() -> failsTimes(9)));
        gate.told.clear();
        gate.waits(SECOND);

        assertThatThrownBy(() -> retry.call(() -> failsTimes(0))).isInstanceOf(CircuitOpenException.class);

        assertThat(world.waits).isEmpty();
        assertThat(gate.told).containsExactly("entered", "left");
    }

    @Test
    void aProbeThatIsDueWaitsAtTheGateAndIsMadeThen() throws Exception {
        Retry retry = world.named("users")
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(1).openFor(ofSeconds(60)))
                .gate(clock -> gate)
                .build();
        catchThrowable(() -> retry.call(() -> failsTimes(9)));
        world.pass(ofSeconds(61));
        attempts = 0;
        gate.waits(SECOND);

        assertThat(retry.<String, IOException>call(() -> failsTimes(0))).isEqualTo("result");

        assertThat(world.waits).containsExactly(ofMillis(125));
        assertThat(gate.told).endsWith("entered", "succeeded 1");
    }

    @Test
    void aWaitThatIsNegativeIsNone() throws Exception {
        gate.waits(-SECOND);

        assertThat(gated().build().<String, IOException>call(() -> failsTimes(0)))
                .isEqualTo("result");

        assertThat(world.waits).isEmpty();
    }

    @Test
    void aGateThatThrowsIsAnOpenOne() throws Exception {
        Retry retry = world.named("users")
                .withoutBudget()
                .withoutCircuitBreaker()
                .gate(clock -> new AttemptGate() {
                    @Override
                    public boolean isEngaged() {
                        return true;
                    }

                    @Override
                    public Place enter() {
                        throw new IllegalStateException("enter");
                    }

                    @Override
                    public void succeeded(int attempt) {
                        throw new IllegalStateException("succeeded");
                    }

                    @Override
                    public void failed(ErrorCategory category) {
                        throw new IllegalStateException("failed");
                    }
                })
                .build();

        assertThat(retry.<String, IOException>call(() -> failsTimes(1))).isEqualTo("result");
    }

    // ---- asynchronous

    private Retries.Builder async() {
        return Retries.named("users")
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(timer))
                .gate(clock -> gate);
    }

    @Test
    void anAsynchronousFirstAttemptWaitsWithoutAThread() throws Exception {
        gate.waits(1_000_000, 1_000_000);
        Thread caller = Thread.currentThread();

        CompletableFuture<Boolean> call =
                async().build().callAsync(() -> CompletableFuture.completedFuture(Thread.currentThread() == caller));

        assertThat(call.get(60, TimeUnit.SECONDS)).isFalse();
        assertThat(gate.told).containsExactly("entered", "succeeded 1");
    }

    @Test
    void cancellingAnAttemptThatWaitsGivesThePlaceBackAndLeavesNoTimer() {
        gate.waits(600 * SECOND);
        Retry retry = async().build();

        CompletableFuture<String> call = retry.callAsync(() -> CompletableFuture.completedFuture("result"));
        assertThat(timer.getQueue()).hasSize(1);
        call.cancel(true);

        assertThat(timer.getQueue().stream().filter(task -> !((java.util.concurrent.Future<?>) task).isCancelled()))
                .isEmpty();
        assertThat(gate.told).containsExactly("entered", "left");
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isZero();
    }

    @Test
    void anAsynchronousAttemptThatIsRefusedFailsTheFuture() {
        gate.refuses = true;

        assertThat(async().build().callAsync(() -> CompletableFuture.completedFuture("result")))
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(GateRefusedException.class);
    }

    @Test
    void anAsynchronousWaitThatTurnsOutTooLongFailsTheFuture() {
        gate.waits(1_000_000, 3600 * SECOND);
        Retry retry = async().build().with(CallOptions.defaults().deadline(ofSeconds(600)));

        assertThat(retry.callAsync(() -> CompletableFuture.completedFuture("result")))
                .failsWithin(ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(GateRefusedException.class)
                .withMessageContaining("DEADLINE_EXCEEDED");
    }

    @Test
    void aSchedulerThatRefusesAnAttemptThatWaitsFailsTheFuture() {
        gate.waits(SECOND);
        timer.shutdownNow();

        CompletableFuture<String> call = async().build().callAsync(() -> CompletableFuture.completedFuture("result"));

        Throwable failure = catchThrowable(call::join).getCause();
        assertThat(failure).isInstanceOf(GateRefusedException.class).hasMessageContaining("REJECTED");
        assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(RejectedExecutionException.class);
        assertThat(gate.told).containsExactly("entered", "left");
    }

    // ---- by hand

    @Test
    void aCallByHandIsToldHowLongToWait() {
        gate.waits(SECOND, SECOND / 4, 0, SECOND / 10);
        RetryCall call = gated().build().begin();

        assertThat(call.attempt()).isEqualTo(1);
        assertThat(call.atGate()).isEqualTo(new RetryDecision.Again(ofNanos(31_250_000)));
        assertThat(call.atGate()).isEqualTo(new RetryDecision.Again(Duration.ZERO));
        assertThat(call.atGate()).as("asked again").isEqualTo(new RetryDecision.Again(Duration.ZERO));
        assertThat(call.failed(new IOException())).isInstanceOf(RetryDecision.Again.class);
        assertThat(call.resume()).isTrue();
        assertThatThrownBy(call::succeeded).hasMessage("call: DUE (expected: ATTEMPT)");
        assertThat(call.atGate()).isEqualTo(new RetryDecision.Again(Duration.ZERO));
        assertThat(call.attempt()).isEqualTo(2);
        call.succeeded();

        assertThat(gate.told).containsExactly("entered", "failed NETWORK_ERROR", "entered", "succeeded 2");
    }

    @Test
    void aCallByHandThatWaitsAtTheGateIsNotResumed() {
        gate.waits(SECOND);
        RetryCall call = gated().build().begin();

        assertThatThrownBy(call::resume)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("call: DUE (expected: GRANTED)");
        assertThatThrownBy(() -> call.failed(new IOException())).hasMessage("call: DUE (expected: ATTEMPT)");
    }

    @Test
    void aCallByHandThatIsAbandonedAtTheGateGivesItsPlaceBack() {
        gate.waits(SECOND);
        Retry retry = gated().build();

        try (RetryCall call = retry.begin()) {
            assertThat(call.stopReason()).isEmpty();
        }

        assertThat(gate.told).containsExactly("entered", "left");
    }

    @Test
    void aCallByHandEndsAtTheGateWhereItsDeadlineIsTooNear() {
        gate.waits(SECOND, 5 * SECOND);
        RetryCall call = gated().build()
                .with(CallOptions.defaults().deadline(ofSeconds(3)))
                .begin();

        assertThat(call.atGate()).isEqualTo(new RetryDecision.GiveUp(StopReason.DEADLINE_EXCEEDED));
        assertThat(call.stopReason()).contains(StopReason.DEADLINE_EXCEEDED);
    }

    @Test
    void withoutAGateACallByHandNeverWaits() {
        RetryCall call = world.service().begin();

        assertThat(call.atGate()).isEqualTo(new RetryDecision.Again(Duration.ZERO));
        call.succeeded();
    }

    // ---- the adaptive gate in a service

    /** After a throttle attempts come at the rate of the gate, in their order, and none of them is lost. */
    @Test
    void aServiceThatIsThrottledSlowsDown() throws Exception {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .classifier(failure -> Classification.of(RATE_LIMIT))
                        .maxAttempts(1)
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .gate(AttemptGates.adaptive())
                .build();
        for (int i = 0; i < 20; i++) {
            retry.<String, IOException>call(() -> failsTimes(0));
        }
        assertThat(world.waits).as("not engaged").isEmpty();
        attempts = 0;
        catchThrowable(() -> retry.call(() -> failsTimes(1)));

        long before = world.now.get();
        for (int i = 0; i < 3; i++) {
            retry.<String, IOException>call(() -> "result");
        }

        assertThat(Duration.ofNanos(world.now.get() - before)).isGreaterThanOrEqualTo(ofSeconds(2));
        assertThat(retry.snapshot().successes()).isEqualTo(23);
    }

    @Test
    void failFastRefusesInsteadOfWaiting() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .classifier(failure -> Classification.of(RATE_LIMIT))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .gate(AttemptGates.adaptive().failFast())
                .build();

        assertThatThrownBy(() -> retry.call(() -> failsTimes(9))).hasMessage("attempt 1");

        assertThat(retry.snapshot().stopped(StopReason.RATE_LIMITED)).isEqualTo(1);
    }
}
