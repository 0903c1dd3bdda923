package io.forbear.retry.lab.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.lab.storm.StatusException;
import io.forbear.retry.lab.storm.StormPolicy;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers on the threads and the time of their own executors. */
class PeerClientsTest {

    private static StormPolicy.Caller open(String peer) {
        return open(peer, (from, to) -> {});
    }

    private static StormPolicy.Caller open(String peer, StormPolicy.Watcher watcher) {
        return Peers.named(List.of(peer)).get(0).opener().apply(watcher);
    }

    /** Fails as the lab's clients do, a number of times. */
    private static final class Operation implements Supplier<CompletionStage<Integer>> {

        final AtomicInteger attempts = new AtomicInteger();
        private final int failures;
        private final Throwable failure;

        Operation(int failures, Throwable failure) {
            this.failures = failures;
            this.failure = failure;
        }

        static Operation failing(int failures) {
            return new Operation(failures, new StatusException(503));
        }

        @Override
        public CompletionStage<Integer> get() {
            return attempts.incrementAndGet() <= failures
                    ? CompletableFuture.failedFuture(new CompletionException(failure))
                    : CompletableFuture.completedFuture(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"resilience4j, 3", "failsafe, 3", "spring, 4", "aws, 3"})
    void aCallThatAlwaysFailsIsAttemptedAsOftenAsTheLibraryDoes(String peer, int attempts) {
        Operation operation = Operation.failing(Integer.MAX_VALUE);

        try (StormPolicy.Caller caller = open(peer)) {
            CompletableFuture<Integer> call = caller.call(operation);

            assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(StatusException.class);
        }
        assertThat(operation.attempts).hasValue(attempts);
    }

    @Test
    void gaxDoesNotCountAttempts() throws Exception {
        Operation operation = Operation.failing(4);

        try (StormPolicy.Caller caller = open("gax")) {
            assertThat(caller.call(operation).get(60, TimeUnit.SECONDS)).isEqualTo(200);
        }
        assertThat(operation.attempts).hasValue(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resilience4j", "failsafe", "spring", "aws", "gax"})
    void aCallThatFailsOnceIsAttemptedTwice(String peer) throws Exception {
        Operation operation = new Operation(1, new HttpTimeoutException("late"));

        try (StormPolicy.Caller caller = open(peer)) {
            assertThat(caller.call(operation).get(60, TimeUnit.SECONDS)).isEqualTo(200);
        }
        assertThat(operation.attempts).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resilience4j", "failsafe", "spring", "aws", "gax"})
    void aCallThatSucceedsIsAttemptedOnce(String peer) throws Exception {
        Operation operation = Operation.failing(0);

        try (StormPolicy.Caller caller = open(peer)) {
            assertThat(caller.call(operation).get(60, TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(caller.snapshots()).isEmpty();
        }
        assertThat(operation.attempts).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "gax"})
    void clientsOfAnApiDoNotRetryAWrongRequest(String peer) {
        Operation operation = new Operation(Integer.MAX_VALUE, new StatusException(400));

        try (StormPolicy.Caller caller = open(peer)) {
            CompletableFuture<Integer> call = caller.call(operation);

            assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(StatusException.class);
        }
        assertThat(operation.attempts).hasValue(1);
    }

    @Test
    void theSdkOfAwsWaitsAsLongAsRetryAfterSays() throws Exception {
        Operation operation = new Operation(1, new StatusException(429, "2"));
        long began = System.nanoTime();

        try (StormPolicy.Caller caller = open("aws")) {
            assertThat(caller.call(operation).get(60, TimeUnit.SECONDS)).isEqualTo(200);
        }
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void theBreakerOfResilience4jOpensAndRefuses() {
        List<String> transitions = new ArrayList<>();
        Operation operation = Operation.failing(Integer.MAX_VALUE);

        try (StormPolicy.Caller caller = open("resilience4j", (from, to) -> transitions.add(from + " " + to))) {
            for (int calls = 1; calls <= 101; calls++) { // first attempts are made on this thread
                caller.call(operation);
            }
        }

        assertThat(operation.attempts).hasValue(100);
        assertThat(transitions).containsExactly(CircuitBreaker.State.CLOSED + " " + CircuitBreaker.State.OPEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "gax"})
    void aCancelledCallIsNotAttemptedAgain(String peer) throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        AtomicInteger attempts = new AtomicInteger();

        try (StormPolicy.Caller caller = open(peer)) {
            CompletableFuture<Integer> call = caller.call(() -> {
                attempts.incrementAndGet();
                return answer;
            });
            call.cancel(true);
            answer.completeExceptionally(new StatusException(503));
            caller.call(Operation.failing(2)).get(60, TimeUnit.SECONDS); // a retry would come about as soon
        }

        assertThat(attempts).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "gax"})
    void anAttemptThatThrowsEndsItsCall(String peer) {
        try (StormPolicy.Caller caller = open(peer)) {
            CompletableFuture<Integer> call = caller.call(() -> {
                throw new IllegalStateException("closed");
            });

            assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"resilience4j, 1", "spring, 0", "aws, 1", "gax, 1"})
    void closingStopsTheThreads(String peer, int failures) throws Exception {
        Operation operation = Operation.failing(failures);
        AtomicReference<Thread> last = new AtomicReference<>();

        try (StormPolicy.Caller caller = open(peer)) {
            caller.call(() -> {
                        last.set(Thread.currentThread());
                        return operation.get();
                    })
                    .get(60, TimeUnit.SECONDS);
            assertThat(last.get()).isNotSameAs(Thread.currentThread());
        }

        last.get().join(TimeUnit.SECONDS.toMillis(60));
        assertThat(last.get().isAlive()).isFalse();
    }

    @Test
    void closingEndsACallOfSpringThatWaits() {
        CompletableFuture<Integer> call;
        AtomicInteger attempts = new AtomicInteger();

        try (StormPolicy.Caller caller = open("spring")) {
            call = caller.call(() -> {
                attempts.incrementAndGet();
                return new CompletableFuture<>();
            });
        }

        assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        assertThat(attempts).hasValue(1);
    }
}
