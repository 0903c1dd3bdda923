package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import io.forbear.retry.testkit.RecordingListener;
import io.forbear.retry.testkit.RetryEvent;
import io.forbear.retry.testkit.RetryEvent.AttemptFailed;
import io.forbear.retry.testkit.RetryEvent.AttemptReturned;
import io.forbear.retry.testkit.RetryEvent.AttemptStarted;
import io.forbear.retry.testkit.RetryEvent.AttemptSucceeded;
import io.forbear.retry.testkit.RetryEvent.CallSucceeded;
import io.forbear.retry.testkit.RetryEvent.Recovered;
import io.forbear.retry.testkit.RetryEvent.Retried;
import io.forbear.retry.testkit.RetryEvent.RetryScheduled;
import io.forbear.retry.testkit.RetryEvent.Transitioned;
import io.forbear.retry.testkit.ScriptedRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The testkit and the engine together; the example of docs/guide/testing.md. */
class TestkitTest {

    private final AtomicInteger attempts = new AtomicInteger();

    private String failsTwice() {
        if (attempts.incrementAndGet() < 3) {
            throw new UncheckedIOException(new IOException("connection reset"));
        }
        return "Ada";
    }

    @Test
    void aCallRunsOnTheTimeAndTheChanceOfTheTest() {
        // example begins
        ManualRuntime manual = new ManualRuntime(); // full jitter waits half of its ceiling
        RecordingListener heard = new RecordingListener();
        Retry users = Retries.named("user-service")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20))
                                .jitter(Jitter.full()))
                        .build())
                .runtime(manual.runtime())
                .listener(heard)
                .build();

        assertThat(users.call(() -> failsTwice())).isEqualTo("Ada");

        assertThat(manual.sleeper().sleeps()).containsExactly(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(heard.events(RetryEvent.Recovered.class)).hasSize(1);
        // example ends
        assertThat(manual.clock().nanoTime()).isEqualTo(Duration.ofMillis(150).toNanos());
    }

    @Test
    void anAsynchronousCallWaitsUntilTheClockIsMoved() {
        ManualClock clock = new ManualClock();
        ManualScheduler scheduler = new ManualScheduler(clock);
        RecordingListener heard = new RecordingListener();
        Retry users = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.linear(Duration.ofMillis(100), Duration.ofSeconds(1)))
                        .build())
                .withoutBudget()
                .runtime(r -> r.clock(clock)
                        .random(ScriptedRandom.of(0.5, 0.25))
                        .scheduler(scheduler)
                        .executor(Runnable::run))
                .listener(heard)
                .build();

        CompletableFuture<String> later = users.callAsync(() -> CompletableFuture.completedFuture(failsTwice()));
        assertThat(scheduler.pending()).isEqualTo(1);
        assertThat(later).isNotDone();
        scheduler.runAll();

        assertThat(later).isCompletedWithValue("Ada");
        assertThat(scheduler.delays()).containsExactly(Duration.ofMillis(50), Duration.ofMillis(50));
        assertThat(heard.events(Retried.class)).hasSize(2);
    }

    @Test
    void docsShowTheExampleThatRuns() throws IOException {
        assertThat(Documents.read("docs/guide/testing.md")).contains(Documents.example(TestkitTest.class, "example"));
    }

    @Test
    void aCancelledCallLeavesNoTimer() {
        ManualScheduler scheduler = new ManualScheduler(new ManualClock());
        Retry users = Retries.named("users")
                .runtime(r -> r.scheduler(scheduler).executor(Runnable::run))
                .build();

        CompletableFuture<String> future = users.callAsync(() -> CompletableFuture.failedFuture(new IOException()));
        assertThat(scheduler.pending()).isEqualTo(1);
        future.cancel(true);

        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void theListenerHearsEveryStepOfACall() {
        ManualClock clock = new ManualClock();
        RecordingListener heard = RecordingListener.ofEveryCall();
        Retry users = Retries.named("users")
                .runtime(r -> r.clock(clock).sleeper(new ManualSleeper(clock)))
                .listener(heard)
                .build();

        users.call(this::failsTwice);

        assertThat(heard.registered()).containsExactly(users);
        assertThat(heard.events())
                .extracting(event -> (Object) event.getClass())
                .containsSubsequence(
                        AttemptStarted.class,
                        AttemptReturned.class,
                        AttemptFailed.class,
                        RetryScheduled.class,
                        AttemptStarted.class,
                        AttemptReturned.class,
                        AttemptFailed.class,
                        AttemptStarted.class,
                        AttemptReturned.class,
                        AttemptSucceeded.class,
                        CallSucceeded.class);
        assertThat(heard.events(Recovered.class)).containsExactly(new Recovered("users", 3));
    }

    @Test
    void aBreakerClosesAgainWhenTheClockIsMoved() {
        ManualClock clock = new ManualClock();
        RecordingListener heard = new RecordingListener();
        Retry users = Retries.named("users")
                .runtime(r -> r.clock(clock).sleeper(new ManualSleeper(clock)))
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(2).openFor(Duration.ofSeconds(5)))
                .listener(heard)
                .build();

        for (int i = 0; i < 2; i++) {
            try {
                users.call(this::failsTwice);
            } catch (UncheckedIOException expected) {
                assertThat(expected).hasRootCauseMessage("connection reset");
            }
        }
        assertThat(users.snapshot().breakerState()).contains(CircuitBreaker.State.OPEN);
        clock.advance(Duration.ofSeconds(5));
        users.call(() -> "well");

        assertThat(heard.events(Transitioned.class).get(0))
                .isEqualTo(new Transitioned("users", CircuitBreaker.State.CLOSED, CircuitBreaker.State.OPEN));
        assertThat(heard.events(Transitioned.class).get(1).to()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
    }
}
