package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a retry inside a retry sees, on the thread of a blocking call and across those of an asynchronous one. */
class NestingTest {

    private static final String TIMER = "timer of the test";

    private record Seen(String thread, int attempt) {}

    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, TIMER));
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private int reached;

    @AfterEach
    void stopsTheTimer() {
        timer.shutdownNow();
    }

    private static RetryPolicy.Builder attempts(int most) {
        return RetryPolicy.builder()
                .maxAttempts(most)
                .backoff(Backoff.fixed(ofMillis(1)).jitter(Jitter.none()));
    }

    private Retry layer(String name, RetryPolicy policy) {
        return Retries.named(name)
                .policy(policy)
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.sleeper(nanos -> {}).scheduler(timer).executor(Runnable::run))
                .build();
    }

    private void reachesTheBottom() throws IOException {
        reached++;
        throw new IOException("down");
    }

    private CompletableFuture<String> sees() {
        seen.add(new Seen(Thread.currentThread().getName(), Retries.currentAttempt()));
        return CompletableFuture.failedFuture(new IOException("down"));
    }

    private static Throwable end(CompletableFuture<?> call) {
        return catchThrowable(() -> call.get(60, TimeUnit.SECONDS));
    }

    @Test
    void threeLayersOfThreeMultiplyToTwentySeven() {
        Retry top = layer("top", attempts(3).build());
        Retry middle = layer("middle", attempts(3).build());
        Retry bottom = layer("bottom", attempts(3).build());

        catchThrowable(() -> top.run(() -> middle.run(() -> bottom.run(this::reachesTheBottom))));

        assertThat(reached).isEqualTo(27);
    }

    @Test
    void threeLayersOfThreeAddWhereTheInnerOnesRefuse() {
        Retry top = layer("top", attempts(3).build());
        Retry middle = layer("middle", attempts(3).refuseNested().build());
        Retry bottom = layer("bottom", attempts(3).refuseNested().build());

        catchThrowable(() -> top.run(() -> middle.run(() -> bottom.run(this::reachesTheBottom))));

        assertThat(reached).as("3 + 2 + 2").isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 4", "4, 1", "2, 3", "3, 3", "5, 4"})
    void twoLayersAddWhereTheInnerOneRefuses(int outer, int inner) {
        Retry above = layer("above", attempts(outer).build());
        Retry below = layer("below", attempts(inner).refuseNested().build());

        catchThrowable(() -> above.run(() -> below.run(this::reachesTheBottom)));

        assertThat(reached).isEqualTo(outer + inner - 1);
    }

    @Test
    void theMarkIsTheHighestOfTheLayersAndEachTakesItsOwnBack() {
        Retry above = layer("above", attempts(3).build());
        Retry below = layer("below", attempts(2).build());
        List<Integer> marks = new ArrayList<>();

        catchThrowable(() -> above.run(() -> {
            marks.add(Retries.currentAttempt());
            catchThrowable(() -> below.run(() -> {
                marks.add(Retries.currentAttempt());
                throw new IOException("down");
            }));
            marks.add(Retries.currentAttempt());
            throw new IOException("down");
        }));

        assertThat(marks).containsExactly(1, 1, 2, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        assertThat(Retries.currentAttempt()).isEqualTo(1);
    }

    @Test
    void anAsynchronousRetryMarksTheThreadThatRunsItsSupplier() {
        Retry retry = layer("users", attempts(3).build());

        end(retry.callAsync(this::sees));

        assertThat(seen)
                .containsExactly(new Seen(Thread.currentThread().getName(), 1), new Seen(TIMER, 2), new Seen(TIMER, 3));
    }

    @Test
    void noThreadStaysMarked() throws Exception {
        Retry retry = layer("users", attempts(3).build());

        end(retry.callAsync(this::sees));

        assertThat(timer.submit(Retries::currentAttempt).get(60, TimeUnit.SECONDS))
                .isEqualTo(1);
        assertThat(Retries.currentAttempt()).isEqualTo(1);
    }

    @Test
    void aSupplierThatThrowsLeavesNoMark() throws Exception {
        Retry retry = layer("users", attempts(2).build());

        end(retry.callAsync(() -> {
            throw new UncheckedIOException(new IOException("down"));
        }));

        assertThat(timer.submit(Retries::currentAttempt).get(60, TimeUnit.SECONDS))
                .isEqualTo(1);
    }

    @Test
    void anAsynchronousCallInsideTheSupplierOfARetryIsNested() {
        Retry above = layer("above", attempts(3).build());
        Retry below = layer("below", attempts(3).refuseNested().build());

        end(above.callAsync(() -> below.callAsync(this::sees)));

        assertThat(seen).as("3 + 3 - 1").hasSize(5);
        assertThat(below.snapshot().stopped(StopReason.NESTED)).isEqualTo(2);
    }

    /**
     * Whoever completes the stage runs what hangs on it, on a thread that makes no attempt: the mark is not carried
     * there.
     */
    @Test
    void continuationsOfTheStageAreNotMarked() {
        Retry retry = layer("users", attempts(2).build());
        CompletableFuture<String> answer = new CompletableFuture<>();
        List<Integer> later = new CopyOnWriteArrayList<>();
        CompletableFuture<String> reachedSecond = new CompletableFuture<>();

        CompletableFuture<String> call = retry.callAsync(() -> {
            if (Retries.currentAttempt() == 1) {
                return CompletableFuture.failedFuture(new IOException("down"));
            }
            CompletableFuture<String> stage = answer.thenApply(text -> {
                later.add(Retries.currentAttempt());
                return text;
            });
            reachedSecond.complete("second attempt");
            return stage;
        });
        assertThat(reachedSecond.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("second attempt");
        answer.complete("late");

        assertThat(call.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("late");
        assertThat(later).containsExactly(1);
    }

    private Retry bounded(String name, long seconds) {
        return layer(name, attempts(2).deadline(ofSeconds(seconds)).build());
    }

    @Test
    void theTimeLeftIsThatOfTheLayerWhoseTimeEndsFirst() {
        Retry outer = bounded("outer", 60);
        Retry inner = bounded("inner", 3600);
        int[] made = {0};

        assertThat(outer.call(() -> inner.call(Retries::remaining)).orElseThrow())
                .isLessThanOrEqualTo(ofSeconds(60));
        assertThat(inner.call(() -> outer.call(Retries::remaining)).orElseThrow())
                .isLessThanOrEqualTo(ofSeconds(60));
        assertThat(outer.call(() -> inner.callAsync(() -> ++made[0] == 1
                                ? CompletableFuture.failedFuture(new IOException("down"))
                                : CompletableFuture.completedFuture(Retries.remaining()))
                        .join()))
                .isPresent();
        Supplier<Optional<Duration>> byHand = () -> {
            AttemptScope attempt = inner.begin().attemptStarted();
            Optional<Duration> left = Retries.remaining();
            attempt.close();
            return left;
        };
        assertThat(outer.call(byHand::get).orElseThrow()).isLessThanOrEqualTo(ofSeconds(60));
        assertThat(Retries.remaining()).isEmpty();
    }
}
