package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.fixture.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an observer hears of a call, and in which order. */
class ObserverTest {

    private final World world = new World();
    private final List<String> heard = new ArrayList<>();
    private int attempts;

    private final class Hears implements CallObserver {
        @Override
        public void attemptStarted(int attempt) {
            heard.add("started " + attempt);
        }

        @Override
        public void attemptReturned(int attempt) {
            heard.add("returned " + attempt);
        }

        @Override
        public void attemptSucceeded(int attempt) {
            heard.add("attempt succeeded " + attempt);
        }

        @Override
        public void attemptFailed(FailedAttempt failed) {
            heard.add("attempt failed " + failed.attempt() + " " + failed.classification());
        }

        @Override
        public void retryScheduled(FailedAttempt failed, long delayNanos) {
            heard.add("scheduled after " + failed.attempt() + " in " + delayNanos);
        }

        @Override
        public void succeeded(int made) {
            heard.add("succeeded " + made);
        }

        @Override
        public void stopped(int made, StopReason reason, @Nullable Throwable failure) {
            heard.add("stopped " + made + " " + reason + " " + failure);
        }
    }

    /** Observes every call, with what it is asked to. */
    private record Observing(CallObserver observer) implements RetryListener {
        @Override
        public boolean observesEveryCall() {
            return true;
        }

        @Override
        public CallObserver observe(String service, @Nullable String client, CallOptions options) {
            return observer;
        }
    }

    private Retries.Builder observed() {
        return world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.executor(Runnable::run))
                .listener(new Observing(new Hears()));
    }

    private String failsTimes(int failures) throws IOException {
        if (attempts++ < failures) {
            throw new IOException("attempt " + attempts);
        }
        heard.add("operation");
        return "result";
    }

    private CompletableFuture<String> stageFailsTimes(int failures) {
        try {
            return CompletableFuture.completedFuture(failsTimes(failures));
        } catch (IOException down) {
            return CompletableFuture.failedFuture(down);
        }
    }

    @Test
    void hearsOfACallThatSucceedsAtOnce() throws Exception {
        observed().build().<String, IOException>call(() -> failsTimes(0));

        assertThat(heard).containsExactly("started 1", "operation", "returned 1", "attempt succeeded 1", "succeeded 1");
    }

    @Test
    void hearsOfEachAttempt() throws Exception {
        observed().build().<String, IOException>call(() -> failsTimes(1));

        assertThat(heard)
                .containsExactly(
                        "started 1",
                        "returned 1",
                        "attempt failed 1 NETWORK_ERROR",
                        "scheduled after 1 in 0",
                        "started 2",
                        "operation",
                        "returned 2",
                        "attempt succeeded 2",
                        "succeeded 2");
    }

    @Test
    void hearsWhyACallStopsAndWhatItsCallerSees() {
        catchThrowable(() -> observed().build().call(() -> failsTimes(9)));

        assertThat(heard)
                .endsWith(
                        "attempt failed 2 NETWORK_ERROR",
                        "stopped 2 ATTEMPTS_EXHAUSTED java.io.IOException: attempt 2");
    }

    @Test
    void hearsTheSameOfAnAsynchronousCall() throws Exception {
        Retry retry = observed().build();
        retry.<String, IOException>call(() -> failsTimes(1));
        attempts = 0;
        catchThrowable(() -> retry.call(() -> failsTimes(9)));
        List<String> blocking = List.copyOf(heard);
        heard.clear();

        attempts = 0;
        retry.callAsync(() -> stageFailsTimes(1)).join();
        attempts = 0;
        catchThrowable(() -> retry.callAsync(() -> stageFailsTimes(9)).join());

        assertThat(heard).isEqualTo(blocking).hasSize(17);
    }

    @Test
    void hearsThatAnOperationHasReturnedThoughItsStageIsUnderWay() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = observed().build().callAsync(() -> stage);
        assertThat(heard).containsExactly("started 1", "returned 1");

        stage.complete("result");

        assertThat(heard).endsWith("returned 1", "attempt succeeded 1", "succeeded 1");
        assertThat(call).isCompletedWithValue("result");
    }

    @Test
    void hearsOfACallByHandAllButWhereItsAttemptsRun() {
        RetryCall call = observed().build().begin();
        call.failed(new IOException("attempt 1"));
        call.resume();
        call.succeeded();

        assertThat(heard)
                .containsExactly(
                        "attempt failed 1 NETWORK_ERROR",
                        "scheduled after 1 in 0",
                        "attempt succeeded 2",
                        "succeeded 2");
    }

    @Test
    void hearsOfAFirstAttemptThatIsRefused() {
        Retry retry = observed()
                .circuitBreaker((name, clock) -> {
                    var breaker = CircuitBreakers.failureRate(0.5).create(name, clock);
                    breaker.forceOpen();
                    return breaker;
                })
                .build();

        Throwable refusal = catchThrowable(() -> retry.call(() -> failsTimes(0)));

        assertThat(refusal).isInstanceOf(CircuitOpenException.class);
        assertThat(heard).containsExactly("stopped 0 CIRCUIT_OPEN " + refusal);
    }

    @Test
    void hearsOfACancel() {
        observed().build().callAsync(() -> new CompletableFuture<String>()).cancel(true);

        assertThat(heard).containsExactly("started 1", "returned 1", "stopped 1 CANCELLED null");
    }

    @Test
    void hearsNothingWhereRetryingIsOff() throws Exception {
        Retry retry =
                observed().policy(RetryPolicy.builder().enabled(false).build()).build();

        retry.<String, IOException>call(() -> failsTimes(0));
        retry.callAsync(() -> stageFailsTimes(0)).join();
        catchThrowable(() -> retry.callAsync(() -> stageFailsTimes(99)).join());
        retry.begin().succeeded();

        assertThat(heard).containsOnly("operation");
    }

    @Test
    void isAskedForWithTheClientAndTheOptionsOfTheCall() {
        List<String> asked = new ArrayList<>();
        Retry retry = observed()
                .listener(new RetryListener() {
                    @Override
                    public boolean observesEveryCall() {
                        return true;
                    }

                    @Override
                    public @Nullable CallObserver observe(
                            String service, @Nullable String client, CallOptions options) {
                        asked.add(service + " " + client + " " + options.idempotentOr(true));
                        return null;
                    }
                })
                .build();

        retry.run(() -> {});
        retry.forClient("tenant").with(CallOptions.defaults().nonIdempotent()).run(() -> {});

        assertThat(asked).containsExactly("users null true", "users tenant false");
    }

    @Test
    void isNotAskedForByAListenerThatDoesNotObserveEveryCall() throws Exception {
        Retry retry = observed()
                .listener(new RetryListener() {
                    @Override
                    public CallObserver observe(String service, @Nullable String client, CallOptions options) {
                        throw new AssertionError("asked");
                    }
                })
                .build();

        retry.<String, IOException>call(() -> failsTimes(0));

        assertThat(heard).hasSize(5);
    }

    @Test
    void isToldThoughAnotherOneThrows() throws Exception {
        Retry retry = world.named("users")
                .listener(new RetryListener() {
                    @Override
                    public boolean observesEveryCall() {
                        return true;
                    }

                    @Override
                    public CallObserver observe(String service, @Nullable String client, CallOptions options) {
                        throw new IllegalStateException("observe");
                    }
                })
                .listener(new Observing(new CallObserver() {
                    @Override
                    public void attemptStarted(int attempt) {
                        throw new IllegalStateException("attemptStarted");
                    }

                    @Override
                    public void succeeded(int made) {
                        throw new IllegalStateException("succeeded");
                    }
                }))
                .listener(new Observing(new Hears()))
                .build();

        assertThat(retry.<String, IOException>call(() -> failsTimes(0))).isEqualTo("result");

        assertThat(heard).hasSize(5);
    }
}
