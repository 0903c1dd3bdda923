package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users give a service may throw: the call ends as it would without it, and nobody waits for ever. */
class FaultyPartsTest {

    private static final IOException SHARED = new IOException("the operation's own failure");

    private final World world = new World();

    /** Throws whatever it is asked. */
    private static final class FaultyBudget implements RetryBudget {
        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            throw new StackOverflowError();
        }

        @Override
        public void refund(long milliTokens) {
            throw new IllegalStateException();
        }

        @Override
        public void callStarted() {
            throw new IllegalStateException();
        }

        @Override
        public void callSucceeded(long lastTaken) {
            throw new IllegalStateException();
        }

        @Override
        public void callFailed(long lastTaken) {
            throw new IllegalStateException();
        }

        @Override
        public void attemptFailed(ErrorCategory category, boolean retryable) {
            throw new IllegalStateException();
        }

        @Override
        public long balance() {
            throw new IllegalStateException();
        }

        @Override
        public long capacity() {
            throw new IllegalStateException();
        }
    }

    /** Grants permits that throw, or throws itself. */
    private record FaultyBreaker(boolean grants) implements CircuitBreaker, CircuitBreaker.Permit {
        @Override
        public CircuitBreaker.@Nullable Permit tryAcquire() {
            if (grants) {
                return this;
            }
            throw new IllegalStateException();
        }

        @Override
        public State state() {
            throw new IllegalStateException();
        }

        @Override
        public Duration untilProbe() {
            throw new IllegalStateException();
        }

        @Override
        public Subscription onTransition(TransitionListener listener) {
            return () -> {
                throw new IllegalStateException();
            };
        }

        @Override
        public boolean isProbe() {
            throw new IllegalStateException();
        }

        @Override
        public void success(long durationNanos) {
            throw new IllegalStateException();
        }

        @Override
        public void failure(long durationNanos, ErrorCategory category) {
            throw new AssertionError();
        }

        @Override
        public void ignore() {
            throw new IllegalStateException();
        }
    }

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    private static String fails() throws IOException {
        throw new IOException("the operation's own failure");
    }

    @Test
    void aBudgetThatThrowsKeepsNoResultFromTheCaller() {
        Retry retry = world.named("users").budget(clock -> new FaultyBudget()).build();

        assertThat(retry.call(() -> "result")).isEqualTo("result");
        assertThat(retry.snapshot().budgetRemaining()).isZero();
    }

    @Test
    void aBudgetThatThrowsRefusesTheRetry() {
        Retry retry = world.named("users").budget(clock -> new FaultyBudget()).build();

        assertThatThrownBy(() -> retry.call(FaultyPartsTest::fails)).isInstanceOf(IOException.class);
        assertThat(retry.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isEqualTo(1);
    }

    @Test
    void aBudgetThatThrowsWhereItIsRefundedKeepsNoFailureFromTheCaller() {
        Retry retry = world.named("users")
                .budget(clock -> new RetryBudget() {
                    @Override
                    public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
                        return TOKEN;
                    }

                    @Override
                    public void refund(long milliTokens) {
                        throw new IllegalStateException("refund");
                    }

                    @Override
                    public long balance() {
                        return TOKEN;
                    }

                    @Override
                    public long capacity() {
                        return TOKEN;
                    }
                })
                .build();
        world.duringWait = Thread.currentThread()::interrupt;

        assertThatThrownBy(() -> retry.call(FaultyPartsTest::fails)).hasMessage("the operation's own failure");
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
    }

    @Test
    void anAsynchronousCallEndsThoughTheBudgetThrows() {
        Retry retry = world.named("users").budget(clock -> new FaultyBudget()).build();
        CompletableFuture<String> stage = new CompletableFuture<>();

        CompletableFuture<String> future = retry.callAsync(() -> stage);
        stage.completeExceptionally(new IOException("the operation's own failure"));

        assertThatThrownBy(() -> future.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aBreakerThatThrowsIsAsOneThatIsClosed() throws IOException {
        Retry retry = world.named("users")
                .withoutBudget()
                .circuitBreaker((name, clock) -> new FaultyBreaker(false))
                .build();
        int[] attempts = {0};

        assertThat(retry.<String, IOException>call(() -> ++attempts[0] < 3 ? fails() : "result"))
                .isEqualTo("result");
        assertThat(retry.snapshot().breakerState()).contains(CircuitBreaker.State.CLOSED);
    }

    @Test
    void anAsynchronousCallEndsThoughThePermitThrows() {
        Retry retry = world.named("users")
                .withoutBudget()
                .circuitBreaker((name, clock) -> new FaultyBreaker(true))
                .build();
        CompletableFuture<String> stage = new CompletableFuture<>();

        CompletableFuture<String> future = retry.callAsync(() -> stage);
        stage.complete("result");

        assertThat(future).isCompletedWithValue("result");
    }

    @Test
    void aServiceIsClosedThoughItsBreakerKeepsTheListener() {
        List<String> told = new ArrayList<>();
        Retry retry = world.named("users")
                .circuitBreaker((name, clock) -> new FaultyBreaker(true))
                .listener(new RetryListener() {
                    @Override
                    public void closed(Retry closed) {
                        told.add(closed.name());
                    }
                })
                .build();

        retry.close();

        assertThat(told).containsExactly("users");
    }

    @Test
    void whereTheCeilingThrowsTheLongestDelayIsTaken() throws IOException {
        Backoff faulty = Backoff.custom(
                attempt -> {
                    throw new IllegalStateException();
                },
                Duration.ofSeconds(7));
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().backoff(faulty).build())
                .withoutBudget()
                .build();
        int[] attempts = {0};

        assertThat(retry.<String, IOException>call(() -> ++attempts[0] < 2 ? fails() : "result"))
                .isEqualTo("result");
        assertThat(world.waits).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void aBudgetWhoseSourceOfChanceThrowsRefuses() {
        Retry retry = world.named("users")
                .budget(RetryBudgets.adaptiveThrottle().random(() -> {
                    throw new IllegalStateException();
                }))
                .withoutCircuitBreaker()
                .build();

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> retry.call(FaultyPartsTest::fails)).isInstanceOf(IOException.class);
        }
        assertThat(retry.snapshot().budgetDenied()).isEqualTo(5);
    }

    @Test
    void anAsynchronousCallEndsThoughTheClockThrows() {
        boolean[] broken = {false};
        Retry retry = Retries.named("users")
                .runtime(r -> r.clock(() -> {
                    if (broken[0]) {
                        throw new IllegalStateException("clock");
                    }
                    return 0;
                }))
                .build();
        CompletableFuture<String> stage = new CompletableFuture<>();

        CompletableFuture<String> future = retry.callAsync(() -> stage);
        broken[0] = true;
        stage.completeExceptionally(new IOException("the operation's own failure"));

        assertThat(future).isCompletedExceptionally();
    }

    /** At whichever read of its clock a call breaks, on whichever thread: it ends, and is counted once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAsynchronousCallEndsAtWhicheverReadItsClockThrows(boolean atOnce) {
        int fatalRead = 1;
        while (comesTo(fatalRead, atOnce)) {
            fatalRead++;
        }
        assertThat(fatalRead).as("reads of a call").isGreaterThan(4);
    }

    /** Makes a call in whose clock one read throws; returns whether it came so far. */
    private static boolean comesTo(int fatalRead, boolean atOnce) {
        int[] reads = {Integer.MIN_VALUE};
        Deque<Runnable> later = new ArrayDeque<>();
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .runtime(r -> r.clock(() -> {
                    if (++reads[0] == fatalRead) {
                        throw new IllegalStateException("read " + fatalRead);
                    }
                    return 0;
                }))
                .budget(RetryBudgets.tokenBucket(10))
                .runtime(r -> r.executor(atOnce ? Runnable::run : later::add))
                .build()
                .with(CallOptions.defaults().deadline(Duration.ofSeconds(1)));

        CompletableFuture<String> future = retry.callAsync(() -> {
            reads[0] = Math.max(reads[0], 0);
            return CompletableFuture.failedFuture(new IOException());
        });
        while (!later.isEmpty()) {
            later.remove().run();
        }
        boolean comesTo = reads[0] >= fatalRead;
        reads[0] = Integer.MIN_VALUE;

        assertThat(future).as("read " + fatalRead).isCompletedExceptionally();
        assertThat(retry.snapshot().calls()).as("read " + fatalRead).isEqualTo(1);
        return comesTo;
    }

    @Test
    void aStageThatThrowsWhenCancelledKeepsNobodyWaiting() {
        Retry retry = world.service();
        CompletableFuture<String> stage = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                throw new IllegalStateException();
            }
        };

        CompletableFuture<String> future = retry.callAsync(() -> stage);

        assertThat(future.cancel(true)).isTrue();
        assertThat(future).isCancelled();
    }

    @Test
    void aSleeperThatThrowsDoesNotGrowAnExceptionThatIsThrownAgainAndAgain() {
        Retry retry = world.named("users")
                .runtime(r -> r.sleeper(nanos -> {
                    throw new IllegalStateException("sleeper");
                }))
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();

        for (int i = 0; i < 100; i++) {
            assertThat(catchThrowable(() -> retry.run(() -> {
                        throw SHARED;
                    })))
                    .isSameAs(SHARED);
        }

        assertThat(SHARED.getSuppressed()).hasSize(2).anyMatch(IllegalStateException.class::isInstance);
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(100);
    }

    @Test
    void aSleeperThatThrowsIsNamedInTheFailure() {
        Retry retry = world.named("users")
                .runtime(r -> r.sleeper(nanos -> {
                    throw new IllegalStateException("sleeper");
                }))
                .build();

        assertThatThrownBy(() -> retry.call(FaultyPartsTest::fails))
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("users: stopped after 1 attempt: REJECTED", "sleeper"));
    }

    @Test
    void anErrorOfTheExecutorIsBesideTheFailureThatTheCallerGets() {
        OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
        IOException down = new IOException("down");
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .runtime(r -> r.executor(task -> {
                    throw error;
                }))
                .withoutBudget()
                .build();

        assertThatThrownBy(() -> retry.callAsync(() -> CompletableFuture.failedFuture(down))
                        .get(60, TimeUnit.SECONDS))
                .hasCause(down);
        assertThat(down.getSuppressed()).contains(error);
    }

    @Test
    void aSleeperThatThrowsTheFailureItselfAddsNothingToIt() {
        RuntimeException failure = new RuntimeException("thrown by both");
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .classifier(thrown -> Classification.of(ErrorCategory.SERVER_ERROR))
                        .build())
                .runtime(r -> r.sleeper(nanos -> {
                    throw failure;
                }))
                .withoutBudget()
                .build();

        assertThatThrownBy(() -> retry.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(RetryStopped.class);
    }

    @Test
    void aSleeperThatThrowsAfterABadResultLeavesTheResultToTheCaller() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .classifyResult(String.class, text -> Classification.of(ErrorCategory.SERVER_ERROR))
                        .build())
                .runtime(r -> r.sleeper(nanos -> {
                    throw new IllegalStateException("sleeper");
                }))
                .withoutBudget()
                .build();

        assertThat(retry.<String, RuntimeException>call(() -> "bad")).isEqualTo("bad");
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @Test
    void anOverloadSignalThatThrowsIsAsOneThatIsSilent() throws IOException {
        Retry retry = world.named("users")
                .overloadSignal(() -> {
                    throw new IllegalStateException("signal");
                })
                .withoutBudget()
                .build();
        int[] attempts = {0};

        assertThat(retry.<String, IOException>call(() -> ++attempts[0] < 2 ? fails() : "result"))
                .isEqualTo("result");
    }

    @Test
    void aResultClassifierThatThrowsTakesTheResultForAGoodOne() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .classifyResult(String.class, text -> {
                            throw new IllegalStateException("result classifier");
                        })
                        .build())
                .build();

        assertThat(retry.<String, RuntimeException>call(() -> "result")).isEqualTo("result");
        assertThat(retry.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void anErrorOfTheSleeperIsBesideTheFailureThatTheCallerGets() {
        StackOverflowError error = new StackOverflowError();
        Retry retry = world.named("users")
                .runtime(r -> r.sleeper(nanos -> {
                    throw error;
                }))
                .build();

        Throwable thrown = catchThrowable(() -> retry.call(FaultyPartsTest::fails));

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(thrown.getSuppressed()).contains(error);
    }

    @Test
    void anExecutorThatRejectsDoesNotGrowAnExceptionThatIsThrownAgainAndAgain() {
        IOException shared = new IOException("shared");
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .runtime(r -> r.executor(task -> {
                    throw new RejectedExecutionException("full");
                }))
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();

        for (int i = 0; i < 100; i++) {
            assertThat(retry.callAsync(() -> CompletableFuture.failedFuture(shared)))
                    .isCompletedExceptionally();
        }

        assertThat(shared.getSuppressed()).hasSize(2);
    }

    @Test
    void anErrorOfTheExecutorLeavesTheResultToTheCaller() {
        OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.none())
                        .classifyResult(String.class, text -> Classification.of(ErrorCategory.SERVER_ERROR))
                        .build())
                .runtime(r -> r.executor(task -> {
                    throw error;
                }))
                .withoutBudget()
                .build();

        CompletableFuture<String> future = retry.callAsync(() -> CompletableFuture.completedFuture("bad"));

        assertThat(future).isCompletedWithValue("bad");
    }

    @Test
    void aSupplierThatIsInterruptedLeavesTheFlagSet() {
        Retry retry = world.service();

        CompletableFuture<String> future = retry.callAsync(() -> {
            throw FaultyPartsTest.<RuntimeException>asUnchecked(new InterruptedException());
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(future).isCompletedExceptionally();
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X asUnchecked(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    void theDeadlineIsLookedAtAgainThoughThereWasNoDelay() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.none())
                        .deadline(Duration.ofSeconds(1))
                        .build())
                .runtime(r -> r.executor(task -> {
                    world.pass(Duration.ofSeconds(2));
                    task.run();
                }))
                .withoutBudget()
                .build();
        int[] attempts = {0};

        CompletableFuture<String> future = retry.callAsync(() -> {
            attempts[0]++;
            return CompletableFuture.failedFuture(new IOException());
        });

        assertThat(future).isCompletedExceptionally();
        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }
}
