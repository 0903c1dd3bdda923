package io.forbear.retry.core.execution;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever its supplier, its scheduler and its executor do: an asynchronous call ends, and is counted once. */
class AsyncEndsTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<ExecutorService> started = new ArrayList<>();
    private int made;

    @AfterEach
    void stopsWhatWasStarted() {
        release.countDown();
        started.forEach(ExecutorService::shutdownNow);
    }

    private <E extends ExecutorService> E started(E executor) {
        started.add(executor);
        return executor;
    }

    /** A pool of one thread, which is busy until the test is over. */
    private ThreadPoolExecutor busy(ThreadPoolExecutor pool) {
        started(pool).execute(this::occupies);
        return pool;
    }

    private void occupies() {
        try {
            release.await();
        } catch (InterruptedException shutDown) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadPoolExecutor onlyThread() {
        return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new SynchronousQueue<>());
    }

    private static Retries.Builder service(Duration wait) {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(wait).jitter(Jitter.none()))
                        .deadline(ofDays(1))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker();
    }

    /**
     * A service whose calls end at their deadline, where nothing else ends them. Attempts that can be made are over
     * long before it: one that is being begun at the deadline would end with a time-out.
     */
    private static Retries.Builder limited() {
        return service(ofMillis(1))
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .deadline(ofSeconds(1))
                        .build());
    }

    private CompletableFuture<String> fails(Retry retry) {
        return fails(retry, AsyncEndsTest::down);
    }

    private CompletableFuture<String> fails(Retry retry, Supplier<CompletableFuture<String>> second) {
        return retry.callAsync(() -> ++made == 1 ? down() : second.get());
    }

    private static CompletableFuture<String> down() {
        return CompletableFuture.failedFuture(new IOException("down"));
    }

    private static void ends(CompletableFuture<String> call, Retry retry, Class<? extends Throwable> expected)
            throws Exception {
        Throwable failure = call.handle((answer, thrown) -> thrown).get(1, TimeUnit.MINUTES);
        assertThat(failure).isInstanceOf(expected);
        while (retry.snapshot().calls() == 0) {
            Thread.onSpinWait(); // one that was being begun at the deadline is counted by its owner
        }
        assertThat(retry.snapshot().calls()).isEqualTo(1);
        assertThat(retry.snapshot().successes()).isZero();
    }

    @Test
    void whereTheSupplierThrowsAtTheSecondAttempt() throws Exception {
        Retry retry = service(ofMillis(1)).build();
        ends(
                fails(retry, () -> {
                    throw new IllegalArgumentException("of the test");
                }),
                retry,
                IllegalArgumentException.class);
    }

    @Test
    void whereTheSupplierHasNoStackLeft() throws Exception {
        Retry retry = service(ofMillis(1)).build();
        ends(
                fails(retry, () -> {
                    throw new StackOverflowError("of the test");
                }),
                retry,
                StackOverflowError.class);
    }

    @Test
    @SuppressWarnings("NullAway")
    void whereTheSupplierReturnsNoStage() throws Exception {
        Retry retry = service(ofMillis(1)).build();
        ends(fails(retry, () -> null), retry, NullPointerException.class);
    }

    /** A stage that does what the test says where it is to be handled. */
    private static CompletableFuture<String> handled(
            BiFunction<BiFunction<? super String, Throwable, ?>, Object, ?> how) {
        return new CompletableFuture<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super String, Throwable, ? extends U> hearer) {
                how.apply(hearer, this);
                return new CompletableFuture<>();
            }
        };
    }

    @Test
    void whereTheStageRefusesToBeHandled() throws Exception {
        Retry retry = service(ofMillis(1)).build();
        ends(
                retry.callAsync(() -> handled((hearer, stage) -> {
                    throw new UnsupportedOperationException("of the test");
                })),
                retry,
                UnsupportedOperationException.class);
    }

    @Test
    void whereTheStageTellsTwice() throws Exception {
        Retry retry = service(ofMillis(1)).build();
        ends(
                retry.callAsync(() -> handled((hearer, stage) -> {
                    hearer.apply(null, new IOException("one"));
                    return hearer.apply(null, new IOException("other"));
                })),
                retry,
                IOException.class);
        assertThat(retry.snapshot().attempts()).isEqualTo(3);
    }

    @Test
    void whereTheSchedulerHasBeenShutDown() throws Exception {
        ScheduledThreadPoolExecutor closed = new ScheduledThreadPoolExecutor(1);
        closed.shutdown();
        Retry retry = service(ofMillis(1)).runtime(r -> r.scheduler(closed)).build();
        ends(fails(retry), retry, IOException.class);
    }

    @Test
    void whereTheExecutorHasBeenShutDown() throws Exception {
        ThreadPoolExecutor closed = onlyThread();
        closed.shutdown();
        Retry retry = service(ofMillis(1)).runtime(r -> r.executor(closed)).build();
        ends(fails(retry), retry, IOException.class);
    }

    @Test
    void whereTheExecutorIsFullWhenTheTimerFires() throws Exception {
        Retry retry = service(ofMillis(1))
                .runtime(r -> r.executor(busy(onlyThread())))
                .build();
        ends(fails(retry), retry, IOException.class);
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @Test
    void whereTheSchedulerIsShutDownWhileTheCallWaits() throws Exception {
        ScheduledThreadPoolExecutor closing = started(new ScheduledThreadPoolExecutor(1));
        Retry retry = service(ofMillis(50)).runtime(r -> r.scheduler(closing)).build();
        CompletableFuture<String> call = fails(retry);
        closing.shutdown();
        ends(call, retry, IOException.class);
    }

    @Test
    void atItsDeadlineWhereTheSchedulerIsShutDownNow() throws Exception {
        ScheduledThreadPoolExecutor lost = started(new ScheduledThreadPoolExecutor(1));
        Retry retry = limited().runtime(r -> r.scheduler(lost)).build();
        CompletableFuture<String> call = fails(retry);
        lost.shutdownNow();
        ends(call, retry, IOException.class);
    }

    @Tag("bounds")
    @Test
    void atItsDeadlineWhereTheServiceIsClosedAndThenItsScheduler() throws Exception {
        ScheduledThreadPoolExecutor lost = started(new ScheduledThreadPoolExecutor(1));
        Retry retry = limited().runtime(r -> r.scheduler(lost)).build();
        CompletableFuture<String> call = fails(retry);
        retry.close();
        lost.shutdownNow();
        ends(call, retry, IOException.class);
    }

    @Test
    void atItsDeadlineWhereTheExecutorDropsWhatItHasNoRoomFor() throws Exception {
        ThreadPoolExecutor drops = busy(onlyThread());
        drops.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        Retry retry = limited().runtime(r -> r.executor(drops)).build();
        ends(fails(retry), retry, IOException.class);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    // ---- a thread that waits for a call that needs the same thread

    @Test
    void atItsDeadlineWhereItsOnlyThreadWaitsForIt() throws Exception {
        ThreadPoolExecutor only =
                started(new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>()));
        Retry retry = limited().runtime(r -> r.executor(only)).build();
        Future<Throwable> waits = only.submit(
                () -> fails(retry).handle((answer, failure) -> failure).join());

        assertThat(waits.get(1, TimeUnit.MINUTES)).isInstanceOf(IOException.class);
    }

    @Test
    void aBlockingCallNeedsNoOtherThread() throws Exception {
        ThreadPoolExecutor only = started(onlyThread());
        Retry retry = service(ofMillis(1)).runtime(r -> r.executor(only)).build();
        Future<Boolean> calls = only.submit(() -> {
            try {
                retry.run(() -> {
                    throw new IOException("down");
                });
                return false;
            } catch (IOException down) {
                return true;
            }
        });

        assertThat(calls.get(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void whereAllThreadsOfTheCommonPoolWaitForCalls() throws Exception {
        Retry retry = limited().build();
        List<Future<Throwable>> waiting = new ArrayList<>();
        for (int i = 0; i < 4 * Math.max(1, ForkJoinPool.getCommonPoolParallelism()); i++) {
            waiting.add(ForkJoinPool.commonPool().submit(() -> retry.callAsync(AsyncEndsTest::down)
                    .handle((answer, failure) -> failure)
                    .join()));
        }

        for (Future<Throwable> each : waiting) {
            assertThat(each.get(1, TimeUnit.MINUTES)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whereTheCommonPoolIsOccupiedByOthers() throws Exception {
        for (int i = 0; i <= ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool().execute(this::occupies);
        }
        Retry retry = limited().build();

        ends(fails(retry), retry, IOException.class);
    }
}
