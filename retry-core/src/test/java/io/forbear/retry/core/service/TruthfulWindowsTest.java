package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakerSpec;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.testkit.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a breaker makes of calls that nobody told it of, on the path that the engine uses. */
class TruthfulWindowsTest {

    private static final RetryPolicy ONCE = RetryPolicy.builder().maxAttempts(1).build();

    private final ManualClock clock = new ManualClock();
    private final List<CircuitBreaker> made = new ArrayList<>();

    private Retry service(CircuitBreakerSpec spec) {
        return around((name, time) -> spec.create(name, time));
    }

    private Retry around(CircuitBreaker.Spec spec) {
        return Retries.named("users")
                .policy(ONCE)
                .withoutBudget()
                .runtime(r -> r.clock(clock))
                .circuitBreaker((name, time) -> {
                    CircuitBreaker breaker = spec.create(name, time);
                    made.add(breaker);
                    return breaker;
                })
                .build();
    }

    private static void succeed(Retry retry, int times) {
        for (int i = 0; i < times; i++) {
            retry.call(() -> "result");
        }
    }

    private static void fail(Retry retry) {
        try {
            retry.call(() -> {
                throw new IOException("reset");
            });
        } catch (IOException expected) {
            // as it should
        }
    }

    private CircuitBreaker breaker() {
        return made.get(0);
    }

    private long calls() {
        return CircuitBreakers.counts(breaker()).calls();
    }

    private int failuresToOpen(Retry retry) {
        int failures = 0;
        while (breaker().state() == State.CLOSED) {
            fail(retry);
            failures++;
        }
        return failures;
    }

    @Test
    void successesBetweenAFailureAndALookCountWhenTheyHappened() {
        Retry retry = service(CircuitBreakers.failureRate(0.5).window(Duration.ofSeconds(4)));
        clock.advanceMillis(3_100);
        fail(retry);
        clock.advanceMillis(2_300);
        succeed(retry, 8);
        clock.advanceMillis(1_900);

        assertThat(calls()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"30, 400, 400", "600, 400, 400", "60, 100, 100"})
    void aDefaultBreakerOpensAtItsRateHoweverLongItWasQuiet(int quietSeconds, int successes, int failures) {
        Retry retry = service(CircuitBreakers.failureRate(0.5));
        clock.advance(Duration.ofSeconds(quietSeconds));
        for (int i = 0; i < successes; i++) {
            succeed(retry, 1);
            clock.advance(Duration.ofNanos(1_000_000_000 / successes));
        }

        assertThat(failuresToOpen(retry)).isEqualTo(failures);
    }

    @Test
    void aStreamThatStopsAndResumesCountsInItsOwnTime() {
        Retry retry = service(CircuitBreakers.failureRate(0.5).window(Duration.ofSeconds(10)));
        succeed(retry, 1_000);
        clock.advance(Duration.ofSeconds(9));
        succeed(retry, 10);
        assertThat(calls()).isEqualTo(1_010);
        clock.advance(Duration.ofSeconds(1));
        assertThat(calls()).isEqualTo(10);
        clock.advance(Duration.ofSeconds(60));
        succeed(retry, 7);
        assertThat(failuresToOpen(retry)).as("of 20 calls at least").isEqualTo(13);
    }

    @Test
    void longSteadyTrafficIsNotSpreadOverABurst() {
        Retry retry = service(CircuitBreakers.failureRate(0.5).window(Duration.ofSeconds(10)));
        for (int i = 0; i < 3_600; i++) {
            succeed(retry, 10);
            clock.advance(Duration.ofSeconds(1));
        }
        succeed(retry, 500);

        assertThat(failuresToOpen(retry)).isEqualTo(590);
    }

    @Test
    void twoServicesShareABreaker() {
        Retry first = service(CircuitBreakers.failureRate(0.5).window(Duration.ofSeconds(10)));
        CircuitBreaker shared = breaker();
        Retry second = around((name, time) -> shared);
        clock.advance(Duration.ofSeconds(100));
        succeed(first, 30);
        clock.advance(Duration.ofSeconds(5));
        succeed(second, 20);

        assertThat(calls()).isEqualTo(50);
        clock.advance(Duration.ofSeconds(5));
        assertThat(calls()).isEqualTo(20);
    }

    @Test
    void countsTheSameInMetricsOnlyAndAfterProbes() {
        Retry retry = service(CircuitBreakers.failureRate(0.5)
                .window(Duration.ofSeconds(10))
                .probes(1)
                .openFor(Duration.ofSeconds(1)));
        breaker().metricsOnly();
        clock.advance(Duration.ofSeconds(100));
        succeed(retry, 30);
        clock.advance(Duration.ofSeconds(9));
        assertThat(calls()).isEqualTo(30);
        clock.advance(Duration.ofSeconds(1));
        assertThat(calls()).isZero();

        breaker().open();
        clock.advance(Duration.ofSeconds(1));
        succeed(retry, 1);
        assertThat(breaker().state()).isEqualTo(State.CLOSED);
        succeed(retry, 5);
        clock.advance(Duration.ofSeconds(9));
        assertThat(calls()).isEqualTo(5);
    }

    @Test
    void aClosedServiceCountsAsBefore() {
        Retry retry = service(CircuitBreakers.failureRate(0.5));
        retry.close();
        retry.close();
        for (int i = 0; i < 10_000; i++) {
            if (i % 33 == 0) {
                fail(retry);
            } else {
                succeed(retry, 1);
            }
        }

        assertThat(breaker().state()).isEqualTo(State.CLOSED);
        assertThat(calls()).isEqualTo(10_000);
    }

    /** Some calls after some time. */
    record Step(long waitMillis, int successes, boolean fails) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(6, Arbitraries.longs().between(0, 1_500)),
                                Tuple.of(1, Arbitraries.longs().between(0, 600_000))),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.of(true, false))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    /** The model keeps the time of each call. The window is its last ten buckets of a second. */
    @Property(tries = 300)
    void theWindowHoldsTheCallsOfItsTime(@ForAll("steps") List<Step> steps) {
        ManualClock time = new ManualClock();
        CircuitBreaker[] breaker = new CircuitBreaker[1];
        Retry retry = Retries.named("users")
                .policy(ONCE)
                .withoutBudget()
                .runtime(r -> r.clock(time))
                .circuitBreaker((name, own) -> breaker[0] = CircuitBreakers.failureRate(1)
                        .window(Duration.ofSeconds(10))
                        .minimumCalls(1_000_000)
                        .create(name, own))
                .build();
        List<Long> calls = new ArrayList<>();
        long now = 0;
        for (Step step : steps) {
            time.advanceMillis(step.waitMillis);
            now += step.waitMillis;
            succeed(retry, step.successes);
            for (int i = 0; i < step.successes; i++) {
                calls.add(now / 1_000);
            }
            if (step.fails) {
                fail(retry);
                calls.add(now / 1_000);
            }
            long oldest = now / 1_000 - 9;
            calls.removeIf(bucket -> bucket < oldest);
            assertThat(CircuitBreakers.counts(breaker[0]).calls()).isEqualTo(calls.size());
        }
    }
}
