package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What went wrong in the execution of others: cancel, interrupt, timers, leaks, counts. */
class ExecutionFieldBugsRegressionTest {

    private static final RetryPolicy HOURLY = RetryPolicy.builder()
            .backoff(Backoff.fixed(Duration.ofHours(1)).jitter(Jitter.none()))
            .build();

    private final World world = new World();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final int[] attempts = {0};

    ExecutionFieldBugsRegressionTest() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void stopsTheTimer() {
        Thread.interrupted();
        timer.shutdownNow();
    }

    private Retries.Builder named(RetryPolicy policy) {
        return Retries.named("users")
                .policy(policy)
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(timer));
    }

    private static RetryPolicy.Builder quick(int maxAttempts) {
        return RetryPolicy.builder().maxAttempts(maxAttempts).backoff(Backoff.none());
    }

    private static RetryPolicy serverErrors(RetryPolicy.Builder policy) {
        return policy.classifyResult(
                        Integer.class, code -> code >= 500 ? Classification.of(ErrorCategory.SERVER_ERROR) : null)
                .build();
    }

    private CompletableFuture<String> fails() {
        attempts[0]++;
        return CompletableFuture.failedFuture(new IOException("attempt " + attempts[0]));
    }

    /** failsafe#52, #266, helidon#3650: a cancel did not reach the retries, which went on. */
    @Test
    void aCancelledCallIsNotRetried() {
        Retry retry = named(HOURLY).build();
        CompletableFuture<String> future = retry.callAsync(this::fails);

        future.cancel(false);

        assertThat(timer.getQueue()).isEmpty();
        assertThat(attempts[0]).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    /** failsafe#234: an outer timeout left the inner retries running. */
    @Test
    void aTimeoutOfTheCallerEndsTheRetriesToo() {
        Retry retry = named(HOURLY).build();
        CompletableFuture<String> future = retry.callAsync(this::fails);

        assertThat(future.completeExceptionally(new TimeoutException())).isTrue();

        assertThat(timer.getQueue()).isEmpty();
        assertThat(attempts[0]).isEqualTo(1);
        assertThatThrownBy(future::get).hasCauseInstanceOf(TimeoutException.class);
    }

    /** JDK-8303742: a timer stayed behind where the future had ended otherwise. */
    @Test
    void anEndedCallLeavesNoTimer() throws Exception {
        Retry retry = named(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Backoff.fixed(ofMillis(1)).jitter(Jitter.none()))
                        .build())
                .build();

        assertThatThrownBy(() -> retry.callAsync(this::fails).get(60, TimeUnit.SECONDS))
                .hasRootCauseMessage("attempt 3");

        assertThat(timer.getQueue()).isEmpty();
        assertThat(timer.getTaskCount()).as("one for each retry").isEqualTo(2);
    }

    /** bluetape4k#1424: a decorator shut down the scheduler of its user. */
    @Test
    void closingLeavesSchedulerAndExecutorToTheirOwner() {
        Retry retry = named(HOURLY).runtime(r -> r.executor(timer)).build();

        retry.close();

        assertThat(timer.isShutdown()).isFalse();
    }

    /** palantir/dialogue#1542, grpc-java#13034: what was begun while a cancel came was not cancelled. */
    @Test
    void aCancelDuringTheStartOfAnAttemptReachesItsStage() {
        Retry retry =
                named(quick(3).build()).runtime(r -> r.executor(Runnable::run)).build();
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
        future.set(retry.callAsync(() -> {
            if (++attempts[0] == 1) {
                return first;
            }
            future.get().cancel(true);
            return second;
        }));

        first.completeExceptionally(new IOException("down"));

        assertThat(second).isCancelled();
        assertThat(future.get()).isCancelled();
        assertThat(attempts[0]).isEqualTo(2);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    /** As above, where the attempt fails at once: nobody is left to be told. */
    @Test
    void aCancelDuringAnAttemptThatFailsAtOnceEndsTheCall() {
        for (boolean throwing : new boolean[] {false, true}) {
            Retry retry = named(quick(9).build())
                    .runtime(r -> r.executor(Runnable::run))
                    .build();
            CompletableFuture<String> first = new CompletableFuture<>();
            AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
            future.set(retry.callAsync(() -> {
                if (!first.isDone()) {
                    return first;
                }
                future.get().cancel(true);
                if (throwing) {
                    throw new IllegalStateException("down");
                }
                return fails();
            }));

            first.completeExceptionally(new IOException("down"));

            assertThat(future.get()).isCancelled();
            assertThat(retry.snapshot().attempts()).isEqualTo(2);
            assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
            assertThat(retry.snapshot().calls()).isEqualTo(1);
        }
    }

    /** failsafe#361: the future kept the supplier, and with it what that held. */
    @Test
    void aFutureThatIsKeptKeepsNothingOfItsCall() throws Exception {
        Retry retry =
                named(quick(3).build()).runtime(r -> r.executor(Runnable::run)).build();
        List<CompletableFuture<String>> kept = new ArrayList<>();
        List<WeakReference<Object>> held = new ArrayList<>();

        CompletableFuture<String> stage = new CompletableFuture<>();
        kept.add(callHolding(retry, held, CompletableFuture.failedFuture(new IOException()), stage));
        stage.complete("result");
        CompletableFuture<String> cancelled = callHolding(retry, held, new CompletableFuture<>(), null);
        cancelled.cancel(true);
        kept.add(cancelled);
        kept.add(callHolding(named(HOURLY).build(), held, CompletableFuture.failedFuture(new IOException()), null));
        kept.get(2).cancel(true);
        kept.add(callHolding(
                named(quick(1).build()).build(), held, CompletableFuture.failedFuture(new IOException()), null));
        kept.add(cancelledInItsSecondAttempt(retry, held));

        for (int tries = 0; tries < 100 && held.stream().anyMatch(each -> each.get() != null); tries++) {
            System.gc();
        }
        assertThat(held).hasSize(5).allSatisfy(each -> assertThat(each.get()).isNull());
        assertThat(kept).allMatch(CompletableFuture::isDone);
    }

    private static CompletableFuture<String> cancelledInItsSecondAttempt(
            Retry retry, List<WeakReference<Object>> held) {
        byte[] large = new byte[1 << 20];
        held.add(new WeakReference<>(large));
        CompletableFuture<String> first = new CompletableFuture<>();
        AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
        future.set(retry.callAsync(() -> {
            if (large[0]++ == 0) {
                return first;
            }
            future.get().cancel(true);
            return CompletableFuture.completedFuture("result");
        }));
        first.completeExceptionally(new IOException());
        return future.getAndSet(null);
    }

    /** Makes a call whose supplier holds a large object, and does not hold it itself. */
    private static CompletableFuture<String> callHolding(
            Retry retry,
            List<WeakReference<Object>> held,
            CompletableFuture<String> first,
            CompletableFuture<String> later) {
        byte[] large = new byte[1 << 20];
        held.add(new WeakReference<>(large));
        return retry.callAsync(() -> large[0]++ == 0 ? first : later);
    }

    /** resilience4j#2368, #2392: a null pointer where the thread was interrupted while it waited after a bad result. */
    @Test
    void anInterruptAfterABadResultReturnsTheResult() {
        world.duringWait = Thread.currentThread()::interrupt;
        Retry retry = world.named("users")
                .policy(serverErrors(RetryPolicy.builder()))
                .withoutBudget()
                .build();

        assertThat(retry.<Integer, RuntimeException>call(() -> 503)).isEqualTo(503);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
    }

    /**
     * spring-framework gh-35434, gh-35442, gh-35334: a wrong count, no event and another failure after an interrupt.
     */
    @Test
    void anInterruptIsToldWithTheAttemptsThatWereMadeAndTheLastFailure() {
        world.duringWait = () -> {
            if (attempts[0] == 2) {
                Thread.currentThread().interrupt();
            }
        };
        Retry retry = world.service();

        Throwable thrown = catchThrowable(() -> retry.run(() -> {
            throw new IOException("attempt " + ++attempts[0]);
        }));

        assertThat(thrown).isInstanceOf(IOException.class).hasMessage("attempt 2");
        assertThat(((RetryStopped) thrown.getSuppressed()[0]).attempts()).isEqualTo(2);
        assertThat(world.events).last().isEqualTo("stop after 2 INTERRUPTED");
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** resilience4j PR #2209 (#2198): the stage never completed where a predicate threw, an Error too. */
    @Test
    void aCallCompletesWhateverItsRulesThrow() throws Exception {
        RetryPolicy classifier = quick(3).classifier(failure -> {
                    throw new NoClassDefFoundError("of the test");
                })
                .build();
        RetryPolicy result = quick(3).classifyResult(String.class, text -> {
                    throw new NoClassDefFoundError("of the test");
                })
                .build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> failing = named(classifier).build().callAsync(this::fails);
        CompletableFuture<String> succeeding = named(result).build().callAsync(() -> stage);

        stage.complete("result");

        assertThatThrownBy(failing::get).hasRootCauseMessage("attempt 1");
        assertThat(succeeding).isCompletedWithValue("result");
    }

    /** resilience4j#1761: asynchronous calls told nothing of retries after a bad result. */
    @Test
    void asynchronousCallsTellWhatBlockingOnesTell() throws Exception {
        Retry retry = world.named("users")
                .policy(serverErrors(quick(3)))
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.executor(Runnable::run))
                .build();

        retry.<Integer, RuntimeException>call(() -> 503);
        List<String> blocking = List.copyOf(world.events);
        world.events.clear();
        retry.callAsync(() -> CompletableFuture.completedFuture(503)).get();

        assertThat(blocking).hasSize(3).last().isEqualTo("stop after 3 ATTEMPTS_EXHAUSTED");
        assertThat(world.events).isEqualTo(blocking);
    }

    /** grpc-java#9185, #10007: the count of calls under way was not taken down by every end. */
    @Test
    void everyEndTakesACallOutOfTheCountOfThoseUnderWay() {
        Retry retry = named(quick(2).build())
                .budget(RetryBudgets.concurrencyShare(1, 1))
                .runtime(r -> r.executor(Runnable::run))
                .build();
        List<CompletableFuture<String>> underWay = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            underWay.add(retry.callAsync(() -> new CompletableFuture<>()));
        }
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(3);

        underWay.remove(0).cancel(true);
        catchThrowable(() -> retry.run(() -> {
            throw new IOException();
        }));
        catchThrowable(() -> retry.run(() -> {
            throw new InterruptedException();
        }));
        Thread.interrupted();
        retry.run(() -> {});
        retry.begin().abandoned();
        retry.begin().succeeded();

        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(2);
        underWay.forEach(call -> call.cancel(true));
        assertThat(retry.snapshot().budgetRemaining()).as("the minimum").isEqualTo(1);
    }

    /** Polly#2953: a deadlock where a continuation ran inside the lock of the call that it continued. */
    @Test
    void aContinuationMayCallAgain() throws Exception {
        Retry retry =
                named(quick(3).build()).runtime(r -> r.executor(Runnable::run)).build();

        CompletableFuture<String> future = retry.callAsync(() -> CompletableFuture.supplyAsync(() -> "first"))
                .thenApply(first -> first
                        + retry.callAsync(() -> CompletableFuture.supplyAsync(() -> " second"))
                                .join());

        assertThat(future.get(60, TimeUnit.SECONDS)).isEqualTo("first second");
    }

    /** quarkusio/quarkus#47422: a stack overflow without a limit of attempts. */
    @Tag("bounds")
    @Test
    void aMillionBlockingRetriesGrowNoStack() throws Exception {
        Retry retry = named(quick(Integer.MAX_VALUE).build()).build();
        IOException down = new IOException("down");

        assertThat(retry.<String, IOException>call(() -> {
                    if (++attempts[0] <= 1_000_000) {
                        throw down;
                    }
                    return "result";
                }))
                .isEqualTo("result");
    }

    /** smallrye-fault-tolerance 8e3149dd: waits that ended at one time were taken for one another. */
    @Test
    void waitsThatEndTogetherAllEnd() {
        Retry retry = named(RetryPolicy.builder()
                        .backoff(Backoff.fixed(ofMillis(20)).jitter(Jitter.none()))
                        .build())
                .build();
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            boolean[] failed = {false};
            futures.add(retry.callAsync(() -> {
                if (failed[0]) {
                    return CompletableFuture.completedFuture("result");
                }
                failed[0] = true;
                return CompletableFuture.failedFuture(new IOException());
            }));
        }

        assertThat(CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)))
                .succeedsWithin(ofSeconds(60));
        assertThat(retry.snapshot().recovered()).isEqualTo(1_000);
    }

    /**
     * spring-framework gh-35144, linkerd2#2369: only the waits were summed up, or retries outlived the whole time by
     * hours.
     */
    @Test
    void timeSpentInAttemptsCountsTowardsTheDeadline() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(100)
                        .deadline(ofSeconds(5))
                        .backoff(Backoff.fixed(ofMillis(10)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();

        catchThrowable(() -> retry.run(() -> {
            attempts[0]++;
            world.pass(ofSeconds(2));
            throw new IOException();
        }));

        assertThat(attempts[0]).as("at 0, 2.01 and 4.02 s").isEqualTo(3);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    /** Failsafe, as run: a delay was cut to the time that was left, a burst of attempts at the deadline. */
    @Test
    void aDelayIsNeverCutToTheTimeThatIsLeft() {
        Retry retry = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(100)
                        .deadline(ofSeconds(1))
                        .backoff(Backoff.fixed(ofMillis(400)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();

        catchThrowable(() -> retry.run(() -> {
            throw new IOException();
        }));

        assertThat(world.waits).containsExactly(ofMillis(400), ofMillis(400));
    }

    /** Resilience4j, as run: calls that were interrupted, or whose delay was illegal, were in no counter. */
    @Test
    void everyCallIsInExactlyOneCounter() {
        Retry retry = world.named("users")
                .policy(quick(2).build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
        List<Throwable> ends = List.of(
                new IOException(),
                new InterruptedException(),
                new CancellationException(),
                new IllegalArgumentException(),
                new OutOfMemoryError("of the test"));

        for (Throwable end : ends) {
            catchThrowable(() -> retry.run(() -> {
                throw end;
            }));
            Thread.interrupted();
        }
        retry.run(() -> {});

        long stopped = 0;
        for (StopReason reason : StopReason.values()) {
            stopped += retry.snapshot().stopped(reason);
        }
        assertThat(stopped).isEqualTo(ends.size());
        assertThat(retry.snapshot().calls()).isEqualTo(ends.size() + 1);
        assertThat(retry.snapshot().successes()).isEqualTo(1);
    }

    /** Finagle RequeueFilter, as read: a token was taken before it was known whether a retry follows. */
    @Test
    void nothingIsTakenWhereNoRetryFollows() {
        RetryPolicy once = RetryPolicy.builder().maxAttempts(1).build();
        RetryPolicy late = RetryPolicy.builder()
                .deadline(ofMillis(1))
                .backoff(Backoff.fixed(ofSeconds(1)).jitter(Jitter.none()))
                .build();
        RetryPolicy unsafe = RetryPolicy.builder().nonIdempotent().build();
        for (RetryPolicy policy : List.of(once, late, unsafe)) {
            Retry retry = world.named("users")
                    .policy(policy)
                    .budget(RetryBudgets.tokenBucket(10))
                    .clientBudget(RetryBudgets.tokenBucket(5))
                    .build();

            catchThrowable(() -> retry.forClient("tenant").run(() -> {
                throw new IOException();
            }));

            assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
            assertThat(retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                    .isEqualTo(5);
            assertThat(retry.snapshot().budgetDenied()).isZero();
        }
    }

    /** resilience4j#2243: what was removed from a registry was kept all the same. */
    @Test
    void aClosedServiceIsForgotten() {
        WeakReference<Object> closed = closedService();

        long end = System.nanoTime() + ofSeconds(60).toNanos(); // its call may hold it while that waits
        while (closed.get() != null && System.nanoTime() - end < 0) {
            System.gc();
        }
        assertThat(closed.get()).isNull();
    }

    private WeakReference<Object> closedService() {
        Retry retry = world.named("users").build();
        catchThrowable(() -> retry.run(() -> {
            throw new IOException();
        }));
        retry.callAsync(this::fails);
        retry.close();
        return new WeakReference<>(retry);
    }
}
