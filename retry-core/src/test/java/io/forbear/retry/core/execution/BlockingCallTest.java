package io.forbear.retry.core.execution;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.PushbackBeyond;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.Pushback;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockingCallTest {

    private final World world = new World();
    private final int[] attempts = {0};

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private String failsTimes(int failures, Exception failure) throws Exception {
        if (attempts[0]++ < failures) {
            throw failure;
        }
        return "result";
    }

    @Test
    void returnsTheFirstResultWithoutEventOrWait() throws Exception {
        Retry retry = world.service();

        assertThat(retry.<String, Exception>call(() -> failsTimes(0, new IOException())))
                .isEqualTo("result");

        assertThat(world.events).isEmpty();
        assertThat(world.waits).isEmpty();
        assertThat(retry.snapshot().calls()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(1);
    }

    @Test
    void retriesWithBackoffAndRecovers() throws Exception {
        Retry retry = world.service();

        assertThat(retry.<String, Exception>call(() -> failsTimes(2, new IOException("reset"))))
                .isEqualTo("result");

        assertThat(world.waits).containsExactly(ofMillis(75), ofMillis(150));
        assertThat(world.events)
                .containsExactly(
                        "retry after 1 NETWORK_ERROR in 75", "retry after 2 NETWORK_ERROR in 150", "recovered after 3");
        RetrySnapshot figures = retry.snapshot();
        assertThat(figures.calls()).isEqualTo(1);
        assertThat(figures.successes()).isEqualTo(1);
        assertThat(figures.recovered()).isEqualTo(1);
        assertThat(figures.attempts()).isEqualTo(3);
        assertThat(figures.delayNanos()).isEqualTo(ofMillis(225).toNanos());
    }

    @Test
    void throwsTheLastFailureItselfWithANoteThatSaysWhy() {
        Retry retry = world.service();
        List<IOException> thrown = new ArrayList<>();

        Throwable seen = catchThrowable(() -> retry.run(() -> {
            thrown.add(new IOException("attempt " + ++attempts[0]));
            throw thrown.get(thrown.size() - 1);
        }));

        assertThat(seen).isSameAs(thrown.get(2));
        assertThat(seen.getSuppressed()).hasSize(1);
        assertThat(seen.getSuppressed()[0])
                .isInstanceOf(RetryStopped.class)
                .hasMessage("users: stopped after 3 attempts: ATTEMPTS_EXHAUSTED");
        assertThat(world.events).last().isEqualTo("stop after 3 ATTEMPTS_EXHAUSTED");
    }

    @Test
    void anExceptionObjectThatIsThrownAgainAndAgainDoesNotGrow() {
        Retry retry = world.service();
        IOException shared = new IOException("shared");

        for (int call = 0; call < 100; call++) {
            catchThrowable(() -> retry.run(() -> {
                throw shared;
            }));
        }

        assertThat(shared.getSuppressed()).hasSize(1);
    }

    @Test
    void neverRetriesAnError() {
        Retry retry = world.service();
        StackOverflowError error = new StackOverflowError();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    throw error;
                }))
                .isSameAs(error)
                .hasNoSuppressedExceptions();

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.FATAL)).isEqualTo(1);
    }

    @Test
    void neverRetriesAnInterruptAndRestoresTheFlag() {
        Retry retry = world.service();
        InterruptedException interrupt = new InterruptedException();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    throw interrupt;
                }))
                .isSameAs(interrupt);

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
    }

    @Test
    void anErrorThatHidesAnInterruptRestoresTheFlag() {
        AssertionError error = new AssertionError(new InterruptedException());
        Retry retry = world.service();

        assertThatThrownBy(() -> retry.call(() -> {
                    throw error;
                }))
                .isSameAs(error);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(retry.snapshot().stopped(StopReason.FATAL)).isEqualTo(1);
    }

    @Test
    void theInterruptOfAnotherThreadIsNotThatOfTheCaller() {
        Retry retry = world.service();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    throw new ExecutionException(new InterruptedException("on a thread of a pool"));
                }))
                .isInstanceOf(ExecutionException.class);

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
    }

    @Test
    void neverRetriesOnAThreadWhoseFlagTheOperationLeftSet() {
        Retry retry = world.service();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    Thread.currentThread().interrupt();
                    throw new IOException("closed by interrupt");
                }))
                .isInstanceOf(IOException.class);

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void anInterruptDuringTheWaitEndsTheCallWithItsFailure() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .build();
        world.duringWait = () -> Thread.currentThread().interrupt();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    throw new IOException("down");
                }))
                .hasMessage("down");

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
    }

    @Test
    void neverRetriesACancellation() {
        Retry retry = world.service();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    throw new CompletionException(new CancellationException());
                }))
                .isInstanceOf(CompletionException.class);

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_RETRYABLE))
                .as("the caller of this call has not cancelled it")
                .isEqualTo(1);
    }

    @Test
    void looksThroughTheWrappersOfFutures() {
        Retry retry = world.service();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    throw new ExecutionException(new CompletionException(new IllegalArgumentException("bad")));
                }))
                .isInstanceOf(ExecutionException.class);

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().failedAttempts(CLIENT_ERROR)).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(1);
    }

    @Test
    void aWrapperAroundNothingIsTheFailureItself() {
        List<Throwable> seen = new ArrayList<>();
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(1)
                .classifier(failure -> {
                    seen.add(failure);
                    return Classification.of(SERVER_ERROR);
                })
                .build();
        Retry retry = world.named("users").policy(policy).build();
        ExecutionException empty = new ExecutionException("nothing inside", null);

        assertThatThrownBy(() -> retry.run(() -> {
                    throw empty;
                }))
                .isSameAs(empty);

        assertThat(seen).containsExactly(empty);
    }

    @Test
    void aWrapperThatIsItsOwnCauseEndsTheCallAsAnyFailureDoes() {
        Retry retry = world.service();
        ExecutionException circle = new ExecutionException("circle", null) {
            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };

        assertThatThrownBy(() -> retry.run(() -> failsTimes(9, circle))).isSameAs(circle);

        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void aFailureThatTwoServicesGaveUpOnSaysSoForEach() {
        Retry inner =
                world.named("inner").withoutBudget().withoutCircuitBreaker().build();
        Retry outer =
                world.named("outer").withoutBudget().withoutCircuitBreaker().build();
        IOException down = new IOException("down");

        catchThrowable(() -> outer.run(() -> inner.run(() -> {
            throw down;
        })));

        assertThat(down.getSuppressed())
                .extracting(note -> ((RetryStopped) note).service())
                .containsExactly("inner", "outer");
    }

    @Test
    void aClassifierThatThrowsEndsTheCallWithTheOperationsOwnFailure() {
        RetryPolicy policy = RetryPolicy.builder()
                .classifier(failure -> {
                    throw new IllegalStateException("classifier");
                })
                .build();
        Retry retry = world.named("users").policy(policy).build();

        assertThatThrownBy(() -> retry.run(() -> {
                    attempts[0]++;
                    throw new IOException("down");
                }))
                .hasMessage("down");

        assertThat(attempts[0]).isEqualTo(1);
    }

    @Test
    void doesNotRepeatWhatMayHaveBeenCarriedOutUnlessItIsIdempotent() {
        RetryPolicy policy = RetryPolicy.builder()
                .classifier(failure -> Classification.of(SERVER_ERROR))
                .build();
        Retry retry = world.named("users")
                .policy(policy)
                .build()
                .with(CallOptions.defaults().nonIdempotent());

        catchThrowable(() -> retry.run(() -> {
            attempts[0]++;
            throw new IOException("500");
        }));

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_IDEMPOTENT)).isEqualTo(1);
    }

    @Test
    void repeatsWhatWasCertainlyNotCarriedOut() {
        RetryPolicy policy = RetryPolicy.builder()
                .nonIdempotent()
                .classifier(failure -> Classification.of(SERVER_ERROR).notExecuted())
                .build();
        Retry retry = world.named("users").policy(policy).build();

        assertThat(catchThrowable(() -> retry.run(() -> failsTimes(1, new IOException("refused")))))
                .isNull();
    }

    @Test
    void cutsAttemptsByCriticality() {
        Retry retry = world.service().with(CallOptions.defaults().criticality(Criticality.SHEDDABLE));

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(2);
    }

    @Test
    void givesUpAtOnceWhereTheWaitWouldNotEndBeforeTheDeadline() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(9)
                .backoff(Backoff.fixed(ofMillis(400)).jitter(Jitter.none()))
                .deadline(ofSeconds(1))
                .build();
        Retry retry = world.named("users")
                .policy(policy)
                .budget(RetryBudgets.tokenBucket(10))
                .build();

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(3);
        assertThat(world.waits).containsExactly(ofMillis(400), ofMillis(400));
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat((long) retry.snapshot().budgetRemaining()).isEqualTo(8);
    }

    @Test
    void aWaitThatWouldEndAtTheDeadlineItselfIsTooLong() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(2)
                .backoff(Backoff.fixed(ofMillis(400)).jitter(Jitter.none()))
                .build();
        Retry retry = world.named("users").policy(policy).withoutBudget().build();

        catchThrowable(() ->
                retry.with(CallOptions.defaults().deadline(ofMillis(400))).run(() -> failsTimes(9, new IOException())));
        assertThat(attempts[0]).isEqualTo(1);

        attempts[0] = 0;
        catchThrowable(
                () -> retry.with(CallOptions.defaults().deadline(ofMillis(400).plusNanos(1)))
                        .run(() -> failsTimes(9, new IOException())));
        assertThat(attempts[0]).isEqualTo(2);
    }

    @Test
    void theShorterDeadlineHoldsWhetherThePolicyOrTheCallSetsIt() {
        RetryPolicy policy = RetryPolicy.builder()
                .backoff(Backoff.fixed(ofMillis(400)).jitter(Jitter.none()))
                .deadline(ofMillis(600))
                .build();
        Retry retry = world.named("users").policy(policy).withoutBudget().build();
        Retry longer = retry.with(CallOptions.defaults().deadline(ofSeconds(10)));
        Retry shorter = retry.with(CallOptions.defaults().deadline(ofMillis(300)));

        catchThrowable(() -> longer.run(() -> failsTimes(9, new IOException())));
        assertThat(attempts[0]).isEqualTo(2);

        attempts[0] = 0;
        catchThrowable(() -> shorter.run(() -> failsTimes(9, new IOException())));
        assertThat(attempts[0]).isEqualTo(1);
    }

    @Test
    void looksAtTheDeadlineAgainAfterTheWait() {
        RetryPolicy policy = RetryPolicy.builder()
                .backoff(Backoff.fixed(ofMillis(400)).jitter(Jitter.none()))
                .build();
        Retry retry = world.named("users")
                .policy(policy)
                .budget(RetryBudgets.tokenBucket(10))
                .build()
                .with(CallOptions.defaults().deadline(ofSeconds(1)));
        world.duringWait = () -> world.pass(ofSeconds(5));

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
    }

    @Test
    void waitsAsLongAsTheServerAsksButNoLongerThanTheCapWhereThePolicyCuts() {
        Duration[] asked = {Duration.ZERO};
        RetryPolicy policy = RetryPolicy.builder()
                .pushback(p -> p.beyond(PushbackBeyond.CUT))
                .classifier(failure -> Classification.of(RATE_LIMIT).pushback(asked[0]))
                .build();
        Retry retry = world.named("users").policy(policy).withoutBudget().build();

        catchThrowable(() -> retry.run(() -> {
            asked[0] = attempts[0] == 0 ? ofSeconds(7) : Duration.ofDays(365_000);
            failsTimes(2, new IOException("429"));
        }));

        assertThat(world.waits).containsExactly(ofSeconds(7), ofSeconds(60));
    }

    @ParameterizedTest
    @ValueSource(longs = {60, 61})
    void stopsWhereTheServerAsksForMoreThanTheCap(long seconds) {
        RetryPolicy policy = RetryPolicy.builder()
                .classifier(failure -> Classification.of(RATE_LIMIT).pushback(ofSeconds(seconds)))
                .build();
        Retry retry = world.named("users").policy(policy).withoutBudget().build();

        catchThrowable(() -> retry.run(() -> failsTimes(1, new IOException("429"))));

        assertThat(world.waits).hasSize(seconds == 60 ? 1 : 0);
        assertThat(retry.snapshot().stopped(StopReason.PUSHED_BACK)).isEqualTo(seconds == 60 ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource(PushbackBeyond.class)
    void theDeadlineIsComparedWithWhatTheServerAskedFor(PushbackBeyond beyond) {
        RetryPolicy policy = RetryPolicy.builder()
                .classifier(failure -> Classification.of(RATE_LIMIT).pushback(ofSeconds(30)))
                .pushback(p -> p.max(beyond == PushbackBeyond.CUT ? ofSeconds(1) : ofSeconds(60)))
                .pushback(p -> p.beyond(beyond))
                .deadline(ofSeconds(10))
                .build();
        Retry retry = world.named("users").policy(policy).withoutBudget().build();

        catchThrowable(() -> retry.run(() -> failsTimes(1, new IOException("429"))));

        assertThat(world.waits).isEmpty();
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void stopsWhereTheServerAsksNotToBeCalledAgain() {
        RetryPolicy policy = RetryPolicy.builder()
                .classifier(failure -> Classification.of(SERVER_ERROR).doNotRetry())
                .build();
        Retry retry = world.named("users").policy(policy).build();

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.PUSHED_BACK)).isEqualTo(1);
    }

    @Test
    void takesFromBothBudgetsOrFromNone() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(1))
                .clientBudget(RetryBudgets.tokenBucket(5))
                .withoutCircuitBreaker()
                .build();
        Retry client = retry.forClient("tenant");

        catchThrowable(() -> client.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(2);
        assertThat((long) client.clientSnapshot().orElseThrow().budgetRemaining())
                .as("the second token came back")
                .isEqualTo(4);
        assertThat(retry.snapshot().budgetDenied()).isEqualTo(1);
    }

    @Test
    void callsWithoutAClientShareABudgetToo() {
        Retry retry = world.named("users")
                .withoutBudget()
                .clientBudget(RetryBudgets.tokenBucket(1))
                .build();

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(2);
        assertThat(retry.snapshot().budgetDenied()).isEqualTo(1);
    }

    @Test
    void stopsWhereTheProcessIsOverloaded() {
        Retry retry = world.named("users").overloadSignal(() -> true).build();

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.OVERLOADED)).isEqualTo(1);
    }

    @Test
    void refusesFirstAttemptsWhileTheBreakerIsOpenAndSaysWhenTheNextProbeIsDue() {
        Retry retry = breaking();
        for (int call = 0; call < 4; call++) {
            catchThrowable(() -> retry.run(() -> failsTimes(99, new IOException())));
        }
        int made = attempts[0];

        assertThatThrownBy(() -> retry.run(() -> failsTimes(99, new IOException())))
                .isInstanceOf(CircuitOpenException.class)
                .hasMessageContaining("users: circuit open");

        assertThat(attempts[0]).isEqualTo(made);
        assertThat(retry.snapshot().breakerState()).contains(CircuitBreaker.State.OPEN);
        assertThat(retry.snapshot().stopped(StopReason.CIRCUIT_OPEN)).isPositive();
        assertThat(retry.snapshot().breakerTransitions(CircuitBreaker.State.OPEN))
                .isEqualTo(1);
    }

    @Test
    void aProbeIsNeverRetried() {
        Retry retry = breaking();
        for (int call = 0; call < 4; call++) {
            catchThrowable(() -> retry.run(() -> failsTimes(99, new IOException())));
        }
        world.pass(ofSeconds(6));
        attempts[0] = 0;

        assertThatThrownBy(() -> retry.run(() -> failsTimes(99, new IOException("still down"))))
                .hasMessage("still down");

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().breakerState()).contains(CircuitBreaker.State.OPEN);
    }

    @Test
    void aProbeThatSucceedsClosesTheBreaker() throws Exception {
        Retry retry = breaking();
        for (int call = 0; call < 4; call++) {
            catchThrowable(() -> retry.run(() -> failsTimes(99, new IOException())));
        }
        world.pass(ofSeconds(6));

        for (int call = 0; call < 5; call++) {
            retry.run(() -> failsTimes(0, new IOException()));
        }

        assertThat(retry.snapshot().breakerState()).contains(CircuitBreaker.State.CLOSED);
    }

    private Retry breaking() {
        return world.named("users")
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(4).openFor(ofSeconds(5)))
                .build();
    }

    @Test
    void aBreakerThatOpensDuringTheWaitStopsTheCallAndRefundsTheToken() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.tokenBucket(10))
                .circuitBreaker((name, clock) -> {
                    CircuitBreaker breaker = CircuitBreakers.failureRate(0.5).create(name, clock);
                    world.duringWait = () -> breaker.forceOpen();
                    return breaker;
                })
                .build();

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.CIRCUIT_OPEN)).isEqualTo(1);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
    }

    @Test
    void aDisabledPolicyMakesEachCallOnceAndCountsNothing() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().enabled(false).build())
                .build();

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.<String, RuntimeException>call(() -> "result")).isEqualTo("result");
        assertThat(retry.snapshot().calls()).isZero();
        assertThat(world.events).isEmpty();
    }

    @Test
    void aResultThatIsAFailureIsRetriedAndTheLastOneReturned() {
        RetryPolicy policy = RetryPolicy.builder()
                .classifyResult(Integer.class, code -> code >= 500 ? Classification.of(SERVER_ERROR) : null)
                .build();
        Retry retry = world.named("users").policy(policy).withoutBudget().build();

        assertThat(retry.<Integer, RuntimeException>call(() -> 500 + ++attempts[0]))
                .isEqualTo(503);
        assertThat(retry.<Integer, RuntimeException>call(() -> 200)).isEqualTo(200);

        assertThat(retry.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
        assertThat(retry.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void layersThatRefuseToBeNestedAddInsteadOfMultiply() {
        RetryPolicy refusing = RetryPolicy.builder().refuseNested().build();
        Retry inner = world.named("inner").policy(refusing).withoutBudget().build();
        Retry outer =
                world.named("outer").withoutBudget().withoutCircuitBreaker().build();

        catchThrowable(() -> outer.run(() -> inner.run(() -> failsTimes(99, new IOException()))));

        assertThat(attempts[0]).as("3 + 3 - 1").isEqualTo(5);
        assertThat(inner.snapshot().stopped(StopReason.NESTED)).isEqualTo(2);
    }

    @Test
    void nestedRetriesAreCountedWhereTheyAreAllowed() {
        Retry inner =
                world.named("inner").withoutBudget().withoutCircuitBreaker().build();
        Retry outer =
                world.named("outer").withoutBudget().withoutCircuitBreaker().build();

        catchThrowable(() -> outer.run(() -> inner.run(() -> failsTimes(99, new IOException()))));

        assertThat(attempts[0]).isEqualTo(9);
        assertThat(inner.snapshot().nested()).isEqualTo(4);
        assertThat(Retries.currentAttempt()).isEqualTo(1);
    }

    @Test
    void anAttemptThatTheUpstreamServiceRepeatsIsNested() {
        RetryPolicy refusing = RetryPolicy.builder().refuseNested().build();
        Retry retry = world.named("users").policy(refusing).withoutBudget().build();

        catchThrowable(() ->
                retry.with(CallOptions.defaults().upstreamAttempt(2)).run(() -> failsTimes(99, new IOException())));

        assertThat(attempts[0]).isEqualTo(1);
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws Exception {
        RetryListener broken = new RetryListener() {
            @Override
            public void onRetry(io.forbear.retry.FailedAttempt failed, Duration delay) {
                throw new AssertionError("listener");
            }
        };
        Retry retry = world.named("users").listener(broken).withoutBudget().build();

        assertThat(retry.<String, Exception>call(() -> failsTimes(2, new IOException())))
                .isEqualTo("result");
    }

    @Test
    void zeroDelaysNeverSleep() throws Exception {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .withoutBudget()
                .build();

        retry.run(() -> failsTimes(2, new IOException()));

        assertThat(world.waits).isEmpty();
    }

    @Test
    void refusesAnOperationThatIsMissingAndCountsNothing() {
        Retry retry = world.service();

        assertThatThrownBy(() -> retry.call(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> retry.run(null)).isInstanceOf(NullPointerException.class);

        assertThat(retry.snapshot().calls()).isZero();
    }

    /** {@code max(t, min(header, t + 5 s))}, t = 50 ms: figures of the retry specification 2.1 of AWS. */
    @ParameterizedTest
    @CsvSource({"1500, 1500", "0, 50", "10000, 5050", "9223372036854775807, 5050"})
    void heedsAPushbackUpToAMarginOverItsOwnDelay(String header, long millis) {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(
                                Backoff.exponential(ofMillis(50), ofSeconds(20)).jitter(Jitter.none()))
                        .classifier(failure -> Classification.of(SERVER_ERROR).pushback(Pushback.amzRetryAfter(header)))
                        .pushback(p -> p.maxOverBackoff(ofSeconds(5)))
                        .build()
                        .toBuilder()
                        .build())
                .withoutBudget()
                .build();

        catchThrowable(() -> retry.run(() -> failsTimes(9, new IOException())));

        assertThat(world.waits).containsExactly(ofMillis(millis));
    }
}
