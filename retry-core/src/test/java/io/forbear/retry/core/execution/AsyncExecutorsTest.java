package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.internal.SharedThreads;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testsupport.VirtualThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asynchronous calls on whatever schedulers and executors their users have. */
class AsyncExecutorsTest {

    private static final List<ScheduledExecutorService> MADE = new ArrayList<>();

    @AfterAll
    static void stopsTheSchedulers() {
        MADE.forEach(ScheduledExecutorService::shutdownNow);
        MADE.clear();
    }

    /** A scheduler that does at once, on the caller's thread, what it is asked to do later. */
    private static final class Inline extends ScheduledThreadPoolExecutor {
        Inline() {
            super(0);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            ScheduledFuture<V> never = super.schedule(() -> null, 1, TimeUnit.DAYS);
            try {
                task.call();
            } catch (Exception fault) {
                throw new IllegalStateException(fault);
            }
            return never;
        }
    }

    /** A scheduler of which the test says when the time has come. */
    private static final class ByHand extends ScheduledThreadPoolExecutor {
        final Deque<Callable<?>> due = new ArrayDeque<>();

        ByHand() {
            super(0);
            setRemoveOnCancelPolicy(true);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            due.add(task);
            return super.schedule(() -> null, 1, TimeUnit.DAYS);
        }

        void fire() throws Exception {
            due.remove().call();
        }
    }

    private static <S extends ScheduledExecutorService> S kept(S scheduler) {
        MADE.add(scheduler);
        return scheduler;
    }

    private static Stream<ScheduledExecutorService> schedulers() {
        Stream<ScheduledExecutorService> always = Stream.of(
                kept(new ScheduledThreadPoolExecutor(1)),
                kept(new ScheduledThreadPoolExecutor(4)),
                kept(Executors.unconfigurableScheduledExecutorService(Executors.newScheduledThreadPool(1))),
                kept(new Inline()));
        ThreadFactory virtual = VirtualThreads.factory();
        return virtual == null
                ? always
                : Stream.concat(always, Stream.of(kept(Executors.newScheduledThreadPool(1, virtual))));
    }

    private static Retry service(int maxAttempts, ScheduledExecutorService scheduler, Executor executor) {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(maxAttempts)
                        .backoff(Backoff.fixed(ofMillis(1)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(scheduler).executor(executor))
                .build();
    }

    private static CompletableFuture<String> failing(String message) {
        return CompletableFuture.failedFuture(new IOException(message));
    }

    /** Arguments are not closed: on JDK 19 and newer that would wait for the timers of a day that some of them hold. */
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("schedulers")
    void retriesOnAnyScheduler(ScheduledExecutorService scheduler) throws Exception {
        for (Executor executor : List.<Executor>of(Runnable::run, ForkJoinPool.commonPool(), scheduler)) {
            AtomicInteger attempts = new AtomicInteger();
            Retry retry = service(5, scheduler, executor);

            CompletableFuture<String> future = retry.callAsync(() ->
                    attempts.incrementAndGet() < 5 ? failing("down") : CompletableFuture.completedFuture("result"));

            assertThat(future.get(60, TimeUnit.SECONDS)).isEqualTo("result");
            assertThat(retry.snapshot().attempts()).isEqualTo(5);
            assertThat(retry.snapshot().recovered()).isEqualTo(1);
        }
        assertThat(scheduler.isShutdown()).as("it is the user's").isFalse();
    }

    @Tag("bounds")
    @Test
    void aSchedulerThatRunsTasksInsideScheduleGrowsNoStack() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        Inline inline = kept(new Inline());
        inline.setRemoveOnCancelPolicy(true);
        Retry retry = service(Integer.MAX_VALUE, inline, Runnable::run);

        CompletableFuture<String> future = retry.callAsync(() ->
                attempts.incrementAndGet() <= 100_000 ? failing("down") : CompletableFuture.completedFuture("result"));

        assertThat(future.get(600, TimeUnit.SECONDS)).isEqualTo("result");
    }

    @Test
    void anAttemptBeginsOnTheExecutorNotOnTheTimersThread() throws Exception {
        ByHand timer = kept(new ByHand());
        List<Runnable> handedOver = new ArrayList<>();
        AtomicInteger attempts = new AtomicInteger();
        Retry retry = service(2, timer, handedOver::add);
        CompletableFuture<String> future = retry.callAsync(
                () -> attempts.incrementAndGet() < 2 ? failing("down") : CompletableFuture.completedFuture("result"));

        timer.fire();
        assertThat(attempts).hasValue(1);
        assertThat(future).isNotDone();

        handedOver.remove(0).run();
        assertThat(future).isCompletedWithValue("result");
    }

    @Test
    void aTimerThatFiresTwiceMakesOneAttempt() throws Exception {
        ByHand timer = kept(new ByHand());
        AtomicInteger attempts = new AtomicInteger();
        Retry retry = service(3, timer, Runnable::run);
        CompletableFuture<String> running = new CompletableFuture<>();
        CompletableFuture<String> future =
                retry.callAsync(() -> attempts.incrementAndGet() < 2 ? failing("down") : running);
        Callable<?> wake = timer.due.remove();

        wake.call();
        wake.call();

        assertThat(attempts).hasValue(2);
        running.complete("result");
        assertThat(future).isCompletedWithValue("result");
    }

    /** However many rounds a call has made since: each wait is a wait of its own. */
    @Test
    void aTimerOfAnEarlierWaitThatFiresAgainEndsNoLaterOne() throws Exception {
        ByHand timer = kept(new ByHand());
        AtomicInteger attempts = new AtomicInteger();
        Retry retry = service(100, timer, Runnable::run);
        CompletableFuture<String> future = retry.callAsync(() -> {
            attempts.incrementAndGet();
            return failing("down");
        });
        List<Callable<?>> earlier = new ArrayList<>();

        for (int round = 1; round <= 50; round++) {
            for (Callable<?> wake : earlier) {
                wake.call();
            }
            assertThat(attempts).hasValue(round);
            earlier.add(timer.due.remove());
            earlier.get(round - 1).call();
        }

        assertThat(attempts).hasValue(51);
        assertThat(future).isNotDone();
    }

    /** A stage that is not a future may tell more than once. */
    @Test
    void aStageThatTellsAgainInALaterAttemptIsNotHeard() {
        List<BiFunction<? super String, Throwable, ?>> hearers = new ArrayList<>();
        Retry retry = service(100, kept(new Inline()), Runnable::run);
        CompletableFuture<String> future = retry.callAsync(() -> new CompletableFuture<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super String, Throwable, ? extends U> hearer) {
                hearers.add(hearer);
                return new CompletableFuture<>();
            }
        });

        for (int attempt = 1; attempt <= 50; attempt++) {
            assertThat(hearers).hasSize(attempt);
            for (BiFunction<? super String, Throwable, ?> earlier : List.copyOf(hearers.subList(0, attempt - 1))) {
                earlier.apply("late", null);
            }
            assertThat(future).isNotDone();
            hearers.get(attempt - 1).apply(null, new IOException("down"));
        }
        hearers.get(50).apply("result", null);

        assertThat(future).isCompletedWithValue("result");
        assertThat(retry.snapshot().attempts()).isEqualTo(51);
    }

    @Test
    void aTimerThatFiresAfterACancelMakesNoAttempt() throws Exception {
        ByHand timer = kept(new ByHand());
        AtomicInteger attempts = new AtomicInteger();
        List<Runnable> handedOver = new ArrayList<>();
        Retry retry = service(3, timer, handedOver::add);
        CompletableFuture<String> future = retry.callAsync(() -> {
            attempts.incrementAndGet();
            return failing("down");
        });
        future.cancel(true);

        timer.fire();

        assertThat(handedOver).isEmpty();
        assertThat(attempts).hasValue(1);
        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void anExecutorThatIsFullWhenTheTimerFiresEndsTheCall() throws Exception {
        ByHand timer = kept(new ByHand());
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(ofMillis(1)))
                        .build())
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(timer).executor(task -> {
                    throw new RejectedExecutionException("full");
                }))
                .build();
        CompletableFuture<String> future = retry.callAsync(() -> failing("attempt 1"));

        timer.fire();

        assertThatThrownBy(future::get).cause().hasMessage("attempt 1").satisfies(failure -> {
            assertThat(failure.getSuppressed()).hasSize(2);
            assertThat(((RetryStopped) failure.getSuppressed()[0]).reason()).isEqualTo(StopReason.REJECTED);
            assertThat(failure.getSuppressed()[1])
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("full");
        });
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
    }

    @Test
    void aSchedulerThatIsShutDownIsNamedInTheFailure() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.shutdownNow();
        Retry retry = service(3, timer, Runnable::run);

        CompletableFuture<String> future = retry.callAsync(() -> failing("attempt 1"));

        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessage("attempt 1")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .hasAtLeastOneElementOfType(RetryStopped.class)
                        .hasAtLeastOneElementOfType(RejectedExecutionException.class));
    }

    /** No signature allows it, and some languages do it. */
    @Test
    void anExecutorThatThrowsACheckedExceptionEndsTheCallOnWhateverThreadItDoes() throws Exception {
        ByHand timer = kept(new ByHand());
        Retry retry =
                service(3, timer, task -> AsyncExecutorsTest.<RuntimeException>sneaks(new IOException("checked")));
        CompletableFuture<String> future =
                retry.callAsync(() -> CompletableFuture.failedFuture(new IOException("down")));
        assertThat(future).isNotDone();

        timer.fire();

        assertThatThrownBy(future::join).hasRootCauseMessage("down");
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneaks(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    void aRejectedRetryOfABadResultReturnsTheResult() {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.none())
                        .classifyResult(
                                Integer.class,
                                code -> code >= 500 ? Classification.of(ErrorCategory.SERVER_ERROR) : null)
                        .build())
                .withoutBudget()
                .runtime(r -> r.executor(task -> {
                    throw new RejectedExecutionException("full");
                }))
                .build();

        assertThat(retry.callAsync(() -> CompletableFuture.completedFuture(503)))
                .isCompletedWithValue(503);
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @Test
    void stagesThatAreNoFuturesAreWaitedForToo() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        Retry retry = service(3, kept(new ScheduledThreadPoolExecutor(1)), Runnable::run);

        CompletableFuture<String> future = retry.callAsync(() -> {
            CompletableFuture<String> made =
                    attempts.incrementAndGet() < 3 ? failing("down") : CompletableFuture.completedFuture("result");
            return made.minimalCompletionStage();
        });

        assertThat(future.get(60, TimeUnit.SECONDS)).isEqualTo("result");
        assertThat(attempts).hasValue(3);
        assertThat(retry.callAsync(() ->
                                CompletableFuture.completedFuture("at once").minimalCompletionStage())
                        .get(60, TimeUnit.SECONDS))
                .isEqualTo("at once");
    }

    /** A minimal stage throws where it is cancelled; a stage of the user's may throw anything. */
    @Test
    void aCancelEndsACallWhoseStageCannotBeCancelled() {
        Retry retry = service(3, kept(new ScheduledThreadPoolExecutor(1)), Runnable::run);
        CompletableFuture<String> broken = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                throw new IllegalStateException("of the test");
            }
        };
        CompletableFuture<String> ofMinimal =
                retry.callAsync(() -> new CompletableFuture<String>().minimalCompletionStage());
        CompletableFuture<String> ofBroken = retry.callAsync(() -> broken);

        assertThat(ofMinimal.cancel(true)).isTrue();
        assertThat(ofBroken.cancel(true)).isTrue();

        assertThat(ofMinimal).isCancelled();
        assertThat(ofBroken).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(2);
    }

    @Test
    void theSchedulerThatAllShareKeepsNoProcessAlive() {
        ScheduledThreadPoolExecutor shared = SharedThreads.timer();

        Thread thread = shared.getThreadFactory().newThread(() -> {});

        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("forbear-timer");
    }

    @Test
    void theSchedulerThatAllShareForgetsCancelledWaits() {
        ScheduledThreadPoolExecutor shared = SharedThreads.timer();
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofDays(1)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .build();

        Set<Runnable> ofOthers = Set.copyOf(shared.getQueue());
        CompletableFuture<String> future = retry.callAsync(() -> failing("down"));
        assertThat(waitsOfADay(shared, ofOthers)).hasSize(1);
        future.cancel(true);

        assertThat(waitsOfADay(shared, ofOthers)).isEmpty();
        assertThat(shared.getRemoveOnCancelPolicy()).isTrue();
    }

    /** What waits since then, for that long: other tests may have left shorter waits to the timer of all. */
    private static List<Runnable> waitsOfADay(ScheduledThreadPoolExecutor timer, Set<Runnable> before) {
        return timer.getQueue().stream()
                .filter(task -> !before.contains(task) && ((Delayed) task).getDelay(TimeUnit.HOURS) >= 12)
                .toList();
    }
}
