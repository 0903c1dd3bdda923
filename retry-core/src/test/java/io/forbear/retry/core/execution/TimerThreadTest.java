package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.internal.SharedThreads;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One thread keeps the time of all services: code of the user that blocks for ever holds up its own service alone. */
class TimerThreadTest {

    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CompletableFuture<Boolean> ranOnTimer = new CompletableFuture<>();

    @AfterEach
    void releases() {
        release.countDown();
    }

    /** Code of the user that does not come back before the test is over. */
    private void blocks() {
        ranOnTimer.complete(SharedThreads.isTimer());
        blocked.countDown();
        awaits(release);
    }

    private static void awaits(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private static Retry service(String name, @Nullable Executor executor, RetryPolicy.Builder policy) {
        Retries.Builder builder = Retries.named(name)
                .policy(policy.maxAttempts(2)
                        .backoff(Backoff.fixed(ofMillis(1)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker();
        return (executor == null ? builder : builder.runtime(r -> r.executor(executor))).build();
    }

    private static CompletableFuture<String> down() {
        return CompletableFuture.failedFuture(new IOException("down"));
    }

    /** Waits until code of the user blocks; another service must be woken nevertheless. */
    private void holdsUpNobody() throws Exception {
        awaits(blocked);
        assertThat(ranOnTimer.get(1, TimeUnit.MINUTES)).isFalse();
        int[] made = {0};
        assertThat(service("other", null, RetryPolicy.builder())
                        .callAsync(() -> ++made[0] == 1 ? down() : CompletableFuture.completedFuture("woken"))
                        .get(1, TimeUnit.MINUTES))
                .isEqualTo("woken");
    }

    /** Where second attempts begin. */
    enum Kind {
        DEFAULT {
            @Override
            @Nullable
            Executor executor() {
                return null;
            }
        },
        WHERE_IT_IS_HANDED_OVER {
            @Override
            Executor executor() {
                return Runnable::run;
            }
        },
        FULL_POOL_THAT_LETS_THE_CALLER_RUN {
            @Override
            Executor executor() {
                ThreadPoolExecutor full = new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.MINUTES,
                        new SynchronousQueue<>(),
                        Executors.defaultThreadFactory(),
                        new ThreadPoolExecutor.CallerRunsPolicy());
                CountDownLatch never = new CountDownLatch(1);
                full.execute(() -> {
                    try {
                        never.await();
                    } catch (InterruptedException shutDown) {
                        Thread.currentThread().interrupt();
                    }
                });
                return full;
            }
        };

        abstract @Nullable Executor executor();
    }

    @ParameterizedTest
    @EnumSource
    void anAttemptThatBlocksHoldsUpNoOtherService(Kind kind) throws Exception {
        Executor executor = kind.executor();
        int[] made = {0};
        CompletableFuture<String> call = service("users", executor, RetryPolicy.builder())
                .callAsync(() -> {
                    if (++made[0] > 1) {
                        blocks();
                    }
                    return down();
                });

        holdsUpNobody();

        release.countDown();
        assertThat(call).failsWithin(ofMillis(60_000));
        if (executor instanceof ThreadPoolExecutor pool) {
            pool.shutdownNow();
        }
    }

    @Test
    void anExecutorThatBlocksWhereItIsHandedATaskHoldsUpNoOtherService() throws Exception {
        service("users", task -> blocks(), RetryPolicy.builder()).callAsync(TimerThreadTest::down);

        holdsUpNobody();
    }

    @Test
    void aContinuationOfARejectedCallThatBlocksHoldsUpNoOtherService() throws Exception {
        CountDownLatch attached = new CountDownLatch(1);
        CompletableFuture<String> call = service(
                        "users",
                        task -> {
                            awaits(attached);
                            throw new RejectedExecutionException("full");
                        },
                        RetryPolicy.builder())
                .callAsync(TimerThreadTest::down);
        call.whenComplete((answer, failure) -> blocks());
        attached.countDown();

        holdsUpNobody();
    }

    @Tag("bounds")
    @Test
    void aContinuationOfACallThatEndsAtItsDeadlineHoldsUpNoOtherService() throws Exception {
        CompletableFuture<String> call = service(
                        "users", null, RetryPolicy.builder().deadline(ofSeconds(1)))
                .callAsync(CompletableFuture::new);
        call.whenComplete((answer, failure) -> blocks()); // long before the deadline: it would run on this thread else

        holdsUpNobody();
    }

    @Test
    void aStageThatBlocksWhereItIsCancelledHoldsUpNoOtherService() throws Exception {
        service("users", null, RetryPolicy.builder().attemptTimeout(ofMillis(1)))
                .callAsync(() -> new CompletableFuture<String>() {
                    @Override
                    public boolean cancel(boolean mayInterrupt) {
                        blocks();
                        return false;
                    }
                });

        holdsUpNobody();
    }

    @Tag("bounds")
    @Test
    void threadsEndWhenThereIsNothingToDo() throws Exception {
        ScheduledThreadPoolExecutor timer = SharedThreads.newTimer();
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        SharedThreads.workersOfOwn().execute(() -> worker.complete(Thread.currentThread()));
        Thread keeper =
                timer.schedule(Thread::currentThread, 1, TimeUnit.MILLISECONDS).get(1, TimeUnit.MINUTES);

        for (Thread thread : Stream.of(keeper, worker.get(1, TimeUnit.MINUTES)).toList()) {
            thread.join(60_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThat(timer.schedule(() -> "again", 1, TimeUnit.MILLISECONDS).get(1, TimeUnit.MINUTES))
                .isEqualTo("again");
    }
}
