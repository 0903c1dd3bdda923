package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Storms over real sockets. What is asserted are counts that no speed of the machine changes: where counts depend on
 * the phases of the service, the test sets the phases by hand, and no request times out but one that hangs.
 */
class StormIT {

    private static final List<StormPolicy> TWO = List.of(named("naive"), named("default"));
    private static final int CALLS = 120;
    private static final int CALLS_AFTERWARDS = 40;
    /** Two layers of one attempt and three retries each. */
    private static final int NAIVE_ATTEMPTS = (1 + Policies.NAIVE_RETRIES) * (1 + Policies.NAIVE_RETRIES);

    private static final long PATIENCE_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private static StormPolicy named(String name) {
        return Policies.standard().stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static final class Log implements StormListener {
        final List<String> turns = new ArrayList<>();
        long millis;

        @Override
        public void began(StormPolicy policy, int number, int of) {
            turns.add(number + "/" + of + " " + policy.name());
        }

        @Override
        public void progressed(Now now) {
            millis = now.millis();
        }

        @Override
        public void ended(PolicyResult result) {}
    }

    /** One fleet and one service, whose phase the test sets. */
    private static final class Stage implements AutoCloseable {
        final Meter meter = new Meter(System.nanoTime(), 1);
        volatile Phase phase = Phase.WELL;
        private final LoopbackService service;
        private final Fleet fleet;
        private int calls;

        Stage(StormPolicy policy) throws Exception {
            service = new LoopbackService(patient(CALLS), () -> phase, meter::arrived);
            fleet = new Fleet(Course.of(patient(CALLS)), client -> true, policy, new TransitionLog(), Instruments.NONE);
            fleet.begin(System.nanoTime(), service.uris(), meter);
        }

        /** The storm's service at so many calls per second; no client gives a request up, and none is refused. */
        private static Scenario patient(int load) {
            Scenario storm = Scenario.of(Scenario.DEFAULT_DURATION, load, 7);
            return new Scenario(
                    storm.durationMillis(),
                    storm.load(),
                    storm.seed(),
                    storm.clients(),
                    PATIENCE_MILLIS,
                    storm.capacity(),
                    storm.workers(),
                    1,
                    10_000,
                    1,
                    1,
                    0,
                    storm.transientUntilMillis(),
                    storm.errorsAtMillis(),
                    storm.slowAtMillis(),
                    storm.wellAtMillis(),
                    storm.recoveryLimitMillis(),
                    null,
                    null);
        }

        /** Makes calls and waits for all of them; returns the requests that the service has read because of them. */
        int requestsOf(int more) throws InterruptedException {
            int before = meter.arrivals.get(0);
            for (int i = 0; i < more; i++) {
                fleet.call(calls++ % 4, Calls.ANYWHERE, System.nanoTime());
            }
            fleet.drain(PATIENCE_MILLIS);
            return meter.arrivals.get(0) - before;
        }

        @Override
        public void close() {
            fleet.close();
            service.close();
        }
    }

    @Test
    void naiveRetriesMultiplyTheLoadOfAnOutageAndTheDefaultDoesNot() throws Exception {
        int naive;
        int ours;
        try (Stage stage = new Stage(named("naive"))) {
            stage.phase = Phase.ERRORS;
            naive = stage.requestsOf(CALLS);
            assertThat(stage.meter.failures.get(0)).isEqualTo(CALLS);
        }
        try (Stage stage = new Stage(named("default"))) {
            stage.phase = Phase.ERRORS;
            ours = stage.requestsOf(CALLS);
            assertThat(stage.meter.failures.get(0)).isEqualTo(CALLS);
        }

        assertThat(naive).as("requests that the service read").isEqualTo(NAIVE_ATTEMPTS * CALLS);
        assertThat(ours)
                .as("the first of each call that the breaker let through, and what the budgets granted")
                .isPositive()
                .isLessThanOrEqualTo(2 * CALLS);
    }

    @Test
    void aCallThatTheBreakerRefusesIsNeitherMadeNorSucceeded() throws Exception {
        try (Stage stage = new Stage(named("default"))) {
            stage.phase = Phase.ERRORS;
            int requests = stage.requestsOf(CALLS);

            assertThat(stage.meter.refused.get(0)).isBetween(CALLS - requests, CALLS - 1);
            assertThat(stage.meter.calls.get(0)).isEqualTo(CALLS);
        }
        try (Stage stage = new Stage(named("none"))) {
            stage.phase = Phase.ERRORS;
            stage.requestsOf(CALLS);

            assertThat(stage.meter.refused.get(0)).isZero();
        }
    }

    @Test
    void onceTheServiceIsWellACallIsOneRequest() throws Exception {
        try (Stage stage = new Stage(named("naive"))) {
            stage.phase = Phase.ERRORS;
            assertThat(stage.requestsOf(1)).isEqualTo(NAIVE_ATTEMPTS);
            stage.phase = Phase.WELL;
            assertThat(stage.requestsOf(CALLS_AFTERWARDS)).isEqualTo(CALLS_AFTERWARDS);

            assertThat(stage.meter.successes.get(0)).isEqualTo(CALLS_AFTERWARDS);
        }
    }

    @Test
    void everyRequestThatArrivesIsOneThatAPolicyDecidedOn() throws Exception {
        for (StormPolicy policy : Policies.standard()) {
            try (Stage stage = new Stage(policy)) {
                stage.phase = Phase.ERRORS;
                stage.requestsOf(CALLS_AFTERWARDS);
                stage.phase = Phase.WELL;
                stage.requestsOf(CALLS_AFTERWARDS);

                assertThat(stage.meter.arrivals.get(0)).as(policy.name()).isEqualTo(stage.meter.attempts.get(0));
            }
        }
    }

    @Test
    void everyPolicyIsOfferedTheSameCallsInItsTurn() throws Exception {
        Log log = new Log();
        Course course = Course.of(Scenario.of(Duration.ofSeconds(3), 100, 7));

        StormResult result = new Storm(course, TWO, log, () -> false, Instruments.NONE, 2, null).run("test");

        assertThat(log.turns).containsExactly("1/4 naive", "2/4 default", "3/4 naive", "4/4 default");
        assertThat(result.partial()).isFalse();
        assertThat(result.runs()).isEqualTo(2);
        assertThat(result.policies()).hasSize(2).allSatisfy(measured -> {
            assertThat(measured.runs()).isEqualTo(2);
            assertThat(measured.partial()).isFalse();
            assertThat(measured.series().goodputLeast()).hasSize(12);
            assertThat(measured.calls()).isEqualTo(300);
            assertThat(measured.succeeded()).isLessThanOrEqualTo(300);
            assertThat(measured.series().seconds()).hasSize(12);
        });
        assertThat(result.policies().get(0).attempts()).isBetween(300L, 300L * NAIVE_ATTEMPTS);
        assertThat(result.policies().get(1).attempts()).isLessThanOrEqualTo(300 * 3);
    }

    @Test
    void aStoppedStormKeepsWhatWasMeasured() throws Exception {
        Log log = new Log();

        StormResult result = new Storm(
                        Course.of(Scenario.of(Duration.ofMinutes(5), 100, 7)), TWO, log, () -> log.millis >= 1000)
                .run("test");

        assertThat(result.partial()).isTrue();
        assertThat(result.policies()).hasSize(1);
        assertThat(result.policies().get(0).partial()).isTrue();
        assertThat(result.policies().get(0).calls())
                .as("some of the 30,000 of a whole turn")
                .isBetween(1L, 29_999L);
        assertThat(result.policies().get(0).recoverySeconds()).isNull();
    }
}
