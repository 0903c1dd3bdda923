package io.forbear.retry.it;

import static io.forbear.retry.Criticality.SHEDDABLE;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the design promises that a user writes, as it is written there: that it compiles is half of the test. */
class SketchTest {

    private record User(String id) {}

    /** Fails so often, then answers. */
    private static final class Client {
        private int failures;

        Client(int failures) {
            this.failures = failures;
        }

        User get(String id) {
            if (failures-- > 0) {
                throw new UncheckedIOException(new IOException("HTTP 503"));
            }
            return new User(id);
        }

        User read(String id) throws IOException {
            if (failures-- > 0) {
                throw new IOException("HTTP 503");
            }
            return new User(id);
        }

        User readInTime(String id) throws IOException, TimeoutException {
            return read(id);
        }

        void delete(String id) throws IOException {
            read(id);
        }

        CompletableFuture<User> getAsync(String id) {
            return CompletableFuture.completedFuture(get(id));
        }
    }

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final String id = "42";

    private Retry users() {
        return Retries.named("user-service")
                .policy(RetryPolicy.builder()
                        .maxAttempts(4)
                        .backoff(
                                Backoff.exponential(ofMillis(50), ofSeconds(20)).jitter(Jitter.full()))
                        .on(
                                RATE_LIMIT,
                                p -> p.backoff(Backoff.exponential(ofSeconds(1), ofSeconds(20))
                                        .jitter(Jitter.full())))
                        .deadline(ofSeconds(3))
                        .build())
                .budget(RetryBudgets.ratio(0.10).minPerSecond(10).window(ofSeconds(10)))
                .clientBudget(RetryBudgets.tokenBucket(100).refill(10, ofMinutes(1)))
                .circuitBreaker(CircuitBreakers.failureRate(0.5)
                        .window(ofSeconds(10))
                        .minimumCalls(20)
                        .openFor(ofSeconds(5)))
                .listener(MicrometerRetry.bindTo(registry))
                .runtime(r -> r.sleeper(nanos -> {}))
                .build();
    }

    @Test
    void callsNeedNoCatchWhereNothingCheckedIsThrown() throws Exception {
        Retry users = users();
        Client client = new Client(1);

        User u = users.call(() -> client.get(id));
        CompletableFuture<User> f = users.callAsync(() -> client.getAsync(id));
        User v = users.forClient("tenant-42").call(() -> client.get(id));
        User w = users.with(CallOptions.defaults()
                        .deadline(ofMillis(800))
                        .nonIdempotent()
                        .criticality(SHEDDABLE))
                .call(() -> client.get(id));

        assertThat(u).isEqualTo(v).isEqualTo(w).isEqualTo(f.get(1, TimeUnit.MINUTES));
    }

    @Test
    void callsDeclareWhatTheOperationDeclares() throws IOException {
        Retry users = users();
        Client client = new Client(1);

        assertThat(users.call(() -> client.read(id))).isEqualTo(new User(id));
        users.run(() -> client.delete(id));
        users.run(this::nothing);
    }

    private void nothing() {}

    @Test
    void oneOfSeveralCheckedExceptionsArrivesAsItWasThrown() {
        Client client = new Client(99);

        assertThatThrownBy(() -> users().call(() -> client.readInTime(id)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("HTTP 503");
    }

    @Test
    void decisionsAreMadeWithoutExecution() {
        Retry users = users();
        RetryCall call = users.begin();

        RetryDecision decision = call.failed(new IOException("HTTP 503"));

        assertThat(decision).isInstanceOf(RetryDecision.Again.class);
        assertThat(call.resume()).isTrue();
        if (call.failed(new IllegalArgumentException()) instanceof RetryDecision.GiveUp stop) {
            assertThat(stop.reason()).isEqualTo(StopReason.NOT_RETRYABLE);
        } else {
            throw new AssertionError(call);
        }
        RetrySnapshot s = users.snapshot();
        assertThat(s.calls()).isEqualTo(1);
        assertThat(s.successRate()).isZero();
        assertThat(s.amplification()).isEqualTo(2);
        assertThat(s.budgetRemaining()).isEqualTo(99);
        assertThat(s.breakerState()).contains(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aRegistryIsLoadedFromProperties() {
        Properties properties = new Properties();
        properties.setProperty("max-attempts", "4");
        properties.setProperty("service.orders.max-attempts", "2");

        try (RetryRegistry services = RetryRegistry.load(properties)) {
            assertThat(services.get("orders").policy().maxAttempts()).isEqualTo(2);
            assertThat(services.get("users").policy().maxAttempts()).isEqualTo(4);
        }
    }
}
