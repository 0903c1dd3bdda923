package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.lab.simulate.Distribution;
import io.forbear.retry.lab.simulate.Fault;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Scenario.ServiceShape;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each kind of fault is for a real client. No outcome depends on the speed of the machine. */
class ScenarioBackendIT {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long PATIENT = TimeUnit.MINUTES.toNanos(5);

    /** In this a request reaches a backend, once one has. */
    private static final long IMPATIENT = TimeUnit.SECONDS.toNanos(1);

    private static final double EARLY = 0.05;
    private static final double LATE = 0.95;

    private final ExecutorService executor = Executors.newFixedThreadPool(2, DaemonThreads.named("test-client"));
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Meter meter = new Meter(System.nanoTime(), 1);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        executor.shutdownNow();
    }

    private static Fault always(Fault.Kind kind, double value) {
        return new Fault(kind, 0, HOUR, value, 1, 1);
    }

    private static Scenario scenario(long timeoutNanos, int replicas, int layers, Fault... faults) {
        ServiceShape service = new ServiceShape(
                Scenario.ServiceKind.WORKERS, replicas, 200, Distribution.fixed(1_000_000), 0, 0, 0.005, 1);
        return new Scenario(
                "test",
                "a test",
                2,
                100,
                Scenario.Load.OPEN,
                false,
                0,
                timeoutNanos,
                Distribution.fixed(0),
                service,
                layers,
                List.of(faults),
                0,
                0,
                HOUR,
                2 * HOUR);
    }

    private Backend backend(Scenario scenario, StormPolicy policy) throws IOException {
        Backend backend = Course.of(scenario, 1).open(System.nanoTime(), meter, policy);
        open.add(backend);
        return backend;
    }

    private Backend backend(Scenario scenario) throws IOException {
        return backend(scenario, Policies.standard().get(0));
    }

    /** Sends one request and returns how it ended: {@code null} for well. */
    private Throwable sent(Scenario scenario, List<URI> uris, double place) {
        long millis = TimeUnit.NANOSECONDS.toMillis(scenario.timeoutNanos(0));
        Sender sender = new Sender(Sender.connections(executor), uris, millis, Instruments.NONE);
        Throwable failure = catchThrowable(() -> sender.send(place).join());
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private Throwable sent(Scenario scenario, double place) throws IOException {
        return sent(scenario, backend(scenario).uris(), place);
    }

    private static void assertStatus(Throwable failure, int status, long retryAfterNanos) {
        assertThat(failure).isInstanceOfSatisfying(StatusException.class, answer -> {
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.retryAfterNanos()).isEqualTo(retryAfterNanos);
        });
    }

    @Test
    void withoutAFaultARequestIsAnsweredWell() throws Exception {
        assertThat(sent(scenario(PATIENT, 1, 0), EARLY)).isNull();
        assertThat(meter.arrivals.get(0)).isOne();
    }

    @Test
    void errorsAreStatus503AndFailuresStatus500() throws Exception {
        assertStatus(sent(scenario(PATIENT, 1, 0, always(Fault.Kind.ERRORS, 1)), EARLY), 503, -1);
        assertStatus(sent(scenario(PATIENT, 1, 0, always(Fault.Kind.FAILURES, 1)), EARLY), 500, -1);
    }

    @Test
    void aRateLimitIsStatus429AndItsHintARetryAfter() throws Exception {
        assertStatus(sent(scenario(PATIENT, 1, 0, always(Fault.Kind.RATE_LIMIT, 1e-6)), EARLY), 429, -1);
        assertStatus(
                sent(scenario(PATIENT, 1, 0, always(Fault.Kind.RATE_LIMIT_WITH_HINT, 1e-6)), EARLY),
                429,
                TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void aConnectionIsRefusedByTheSystem() throws Exception {
        Scenario scenario = scenario(PATIENT, 2, 0, new Fault(Fault.Kind.REFUSED, 0, HOUR, 1, 0.5, 1));
        List<URI> uris = backend(scenario).uris();

        assertThat(sent(scenario, uris.subList(0, 1), EARLY)).isInstanceOf(ConnectException.class);
        assertThat(meter.arrivals.get(0)).isZero();
        assertThat(sent(scenario, uris.subList(1, 2), EARLY)).isNull();
    }

    @Test
    void aReplicaListensAgainAtItsPortWhenTheFaultIsOver() throws Exception {
        long soon = TimeUnit.MILLISECONDS.toNanos(500);
        Scenario scenario = scenario(PATIENT, 1, 0, new Fault(Fault.Kind.REFUSED, 0, soon, 1, 1, 1));
        List<URI> uris = backend(scenario).uris();

        eventually(() -> {
            Throwable failure = sent(scenario, uris, EARLY);
            if (failure != null) {
                assertThat(failure).isInstanceOf(ConnectException.class);
            }
            return failure == null;
        });
        assertThat(meter.arrivals.get(0)).isOne();
    }

    @Test
    void aReplicaThatListenedRefusesWhenTheFaultBegins() throws Exception {
        long soon = TimeUnit.MILLISECONDS.toNanos(500);
        Scenario scenario = scenario(PATIENT, 1, 0, new Fault(Fault.Kind.REFUSED, soon, HOUR, 1, 1, 1));
        List<URI> uris = backend(scenario).uris();

        eventually(() -> sent(scenario, uris, EARLY) instanceof ConnectException);
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENT;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void aConnectionThatIsRefusedForSomeCallsIsCutForThem() throws Exception {
        Scenario scenario = scenario(PATIENT, 1, 0, new Fault(Fault.Kind.REFUSED, 0, HOUR, 1, 1, 0.1));
        List<URI> uris = backend(scenario).uris();

        assertThat(sent(scenario, uris, EARLY))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
        assertThat(sent(scenario, uris, LATE)).isNull();
    }

    @Test
    void whatIsSilentOrLostOrMuchTooSlowTimesOut() throws Exception {
        assertThat(sent(scenario(PATIENT, 1, 0), EARLY)).isNull();
        for (Fault fault : List.of(
                always(Fault.Kind.SILENT, 1),
                always(Fault.Kind.LOST, 1),
                always(Fault.Kind.CAPACITY, 0),
                always(Fault.Kind.SLOW, 1e9))) {
            assertThat(sent(scenario(IMPATIENT, 1, 0, fault), EARLY))
                    .as(fault.kind().name())
                    .isInstanceOf(HttpTimeoutException.class);
        }
        eventually(() -> meter.arrivals.get(0) == 5);
    }

    @Test
    void aRequestThatFindsTheQueueFullIsRefused() throws Exception {
        Scenario scenario = scenario(IMPATIENT, 1, 0, always(Fault.Kind.CAPACITY, 0));
        Backend backend = backend(scenario); // its queue has room for one

        assertThat(sent(scenario(PATIENT, 1, 0), EARLY)).isNull();
        assertThat(sent(scenario, backend.uris(), EARLY)).isInstanceOf(HttpTimeoutException.class);
        eventually(() -> backend.queued() == 1);
        assertStatus(sent(scenario(PATIENT, 1, 0), backend.uris(), EARLY), 503, -1);
    }

    @Test
    void aFaultHitsItsReplicasAndAlwaysTheSameCalls() throws Exception {
        Scenario half = scenario(PATIENT, 2, 0, new Fault(Fault.Kind.ERRORS, 0, HOUR, 1, 0.5, 1));
        List<URI> replicas = backend(half).uris();
        Scenario tenth = scenario(PATIENT, 1, 0, new Fault(Fault.Kind.ERRORS, 0, HOUR, 1, 1, 0.1));
        List<URI> uris = backend(tenth).uris();

        assertThat(replicas).hasSize(2).doesNotHaveDuplicates();
        assertStatus(sent(half, replicas.subList(0, 1), LATE), 503, -1);
        assertThat(sent(half, replicas.subList(1, 2), LATE)).isNull();
        for (int attempt = 0; attempt < 5; attempt++) {
            assertStatus(sent(tenth, uris, EARLY), 503, -1);
            assertThat(sent(tenth, uris, LATE)).isNull();
        }
    }

    @Test
    void eachLayerRetriesByThePolicyAndAnswers503() throws Exception {
        Properties twoAttempts = new Properties();
        twoAttempts.putAll(
                Map.of("max-attempts", "2", "base-delay", "1ms", "retry-budget", "none", "circuit-breaker", "off"));
        Scenario scenario = scenario(PATIENT, 1, 2, always(Fault.Kind.FAILURES, 1));

        assertStatus(sent(scenario, backend(scenario, Policies.own(twoAttempts)).uris(), EARLY), 503, -1);
        assertThat(meter.arrivals.get(0)).as("2 attempts of each of 2 layers").isEqualTo(4);
        assertThat(meter.attempts.get(0)).as("those of the last layer").isEqualTo(4);
    }

    @Test
    void aLayerPassesOnWhichCallItIs() throws Exception {
        Scenario scenario = scenario(PATIENT, 1, 1, new Fault(Fault.Kind.ERRORS, 0, HOUR, 1, 1, 0.1));
        List<URI> uris = backend(scenario).uris();

        assertThat(uris).hasSize(scenario.processesOfALayer());
        assertStatus(sent(scenario, uris, EARLY), 503, -1);
        assertThat(sent(scenario, uris, LATE)).isNull();
    }

    @Test
    void aPolicyWaitsAsLongAsRetryAfterSays() throws Exception {
        Scenario scenario = scenario(PATIENT, 1, 0, always(Fault.Kind.RATE_LIMIT_WITH_HINT, 1e-6));
        Properties twoAttempts = new Properties();
        twoAttempts.putAll(Map.of("max-attempts", "2", "base-delay", "1ms"));
        Sender sender = new Sender(
                Sender.connections(executor), backend(scenario).uris(), PATIENT / 1_000_000, Instruments.NONE);
        long began = System.nanoTime();

        try (StormPolicy.Caller caller = Policies.own(twoAttempts).opener().apply((from, to) -> {})) {
            assertThat(catchThrowable(
                            () -> caller.call(() -> sender.send(EARLY)).join()))
                    .hasCauseInstanceOf(StatusException.class);
        }
        assertThat(meter.arrivals.get(0)).isEqualTo(2);
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
    }
}
