package io.forbear.retry.lab.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.simulate.World;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers in virtual time. */
class PeerControlsTest {

    private static final Failure UNAVAILABLE = Failure.ofStatus(503);

    private final ManualClock clock = new ManualClock();

    private Control control(String peer) {
        World world = new World(clock, new SplittableRandom(7));
        return Peers.named(List.of(peer)).get(0).maker().make(world);
    }

    private static Control.Call begun(Control control) {
        return Objects.requireNonNull(control.begin());
    }

    /** Makes a call that always fails. */
    private List<Duration> waits(Control control, Failure failure) {
        List<Duration> waits = new ArrayList<>();
        Control.Call call = begun(control);
        for (long wait = call.failed(failure); wait != Control.STOP; wait = call.failed(failure)) {
            waits.add(Duration.ofNanos(wait));
            clock.advanceNanos(wait);
            if (!call.resume()) {
                return waits;
            }
        }
        return waits;
    }

    @ParameterizedTest
    @CsvSource({"resilience4j, 3", "failsafe, 3", "spring, 4", "aws, 3"})
    void aCallThatAlwaysFailsIsAttemptedAsOftenAsTheLibraryDoes(String peer, int attempts) {
        assertThat(waits(control(peer), UNAVAILABLE)).hasSize(attempts - 1);
        assertThat(waits(control(peer), Failure.TIMEOUT)).hasSize(attempts - 1);
        assertThat(waits(control(peer), Failure.REFUSED)).hasSize(attempts - 1);
    }

    @Test
    void waitsAreThoseOfTheLibraries() {
        assertThat(waits(control("resilience4j"), UNAVAILABLE))
                .containsExactly(Duration.ofMillis(500), Duration.ofMillis(500));
        assertThat(waits(control("failsafe"), UNAVAILABLE)).containsExactly(Duration.ZERO, Duration.ZERO);
        assertThat(waits(control("spring"), UNAVAILABLE)).containsOnly(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"503, 100, 200", "429, 1000, 2000"})
    void awsWaitsLongerWhereItIsThrottled(int status, int first, int second) {
        Control aws = control("aws");
        List<Duration> firsts = new ArrayList<>();
        List<Duration> seconds = new ArrayList<>();
        for (int call = 0; call < 40; call++) {
            List<Duration> waits = waits(aws, Failure.ofStatus(status));
            firsts.add(waits.get(0));
            seconds.add(waits.get(1));
        }

        assertThat(Collections.max(firsts)).isBetween(Duration.ofMillis(first * 3 / 4), Duration.ofMillis(first));
        assertThat(Collections.max(seconds)).isBetween(Duration.ofMillis(second * 3 / 4), Duration.ofMillis(second));
    }

    @Test
    void awsWaitsAsLongAsTheServerSays() {
        Failure failure =
                new Failure(Failure.Kind.STATUS, 503, Duration.ofSeconds(3).toNanos());

        assertThat(waits(control("aws"), failure)).containsOnly(Duration.ofSeconds(3));
    }

    @Test
    void awsStopsWhenItsTokensAreUsedUp() {
        Control aws = control("aws");
        int retries = 0;
        for (int call = 0; call < 100; call++) {
            retries += waits(aws, UNAVAILABLE).size();
        }
        assertThat(retries).isEqualTo(AwsPeer.TOKENS / AwsPeer.COST);

        for (int call = 0; call < AwsPeer.COST; call++) { // a success without a retry gives one token back
            begun(aws).succeeded();
        }
        assertThat(waits(aws, UNAVAILABLE)).hasSize(1);
    }

    @Test
    void gaxRetriesForAMinute() {
        List<Duration> waits = waits(control("gax"), UNAVAILABLE);

        assertThat(waits).hasSizeGreaterThan(3);
        assertThat(waits.get(0)).isLessThan(Duration.ofMillis(100));
        assertThat(clock.nanoTime())
                .isBetween(
                        Duration.ofSeconds(20).toNanos(), Duration.ofSeconds(60).toNanos());
    }

    @ParameterizedTest
    @CsvSource({"aws, 500, 2", "aws, 501, 0", "aws, 400, 0", "gax, 500, 0", "gax, 429, 0"})
    void clientsOfAnApiRetryByStatus(String peer, int status, int retries) {
        assertThat(waits(control(peer), Failure.ofStatus(status))).hasSize(retries);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "gax"})
    void theSameSeedGivesTheSameWaits(String peer) {
        List<Duration> waits = waits(control(peer), UNAVAILABLE);

        assertThat(waits(control(peer), UNAVAILABLE)).isEqualTo(waits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resilience4j", "failsafe", "spring", "aws", "gax"})
    void aCallThatFailsOnceIsResumed(String peer) {
        try (Control control = control(peer)) {
            Control.Call call = begun(control);
            long wait = call.failed(UNAVAILABLE);
            assertThat(wait).isNotNegative();

            clock.advanceNanos(wait);
            assertThat(call.resume()).isTrue();
            call.succeeded();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resilience4j", "failsafe", "spring", "aws", "gax"})
    void callsThatSucceedAreNeverRefused(String peer) {
        try (Control control = control(peer)) {
            for (int call = 0; call < 500; call++) {
                begun(control).succeeded();
            }
        }
    }

    @Test
    void theBreakerOfResilience4jOpensForAMinuteOfVirtualTime() {
        Control control = control("resilience4j");
        for (int attempt = 1; attempt < 100; attempt++) {
            begun(control).failed(UNAVAILABLE);
        }
        Control.Call last = begun(control);
        assertThat(last.failed(UNAVAILABLE)).isEqualTo(Duration.ofMillis(500).toNanos());

        clock.advanceMillis(500);
        assertThat(last.resume()).as("retry while open").isFalse();
        assertThat(control.begin()).as("call while open").isNull();

        clock.advance(Duration.ofMillis(59_500));
        assertThat(control.begin()).as("call before the time is over").isNull();

        clock.advanceMillis(1);
        for (int probe = 1; probe <= 10; probe++) {
            begun(control).succeeded();
        }
        assertThat(waits(control, UNAVAILABLE)).as("closed again").hasSize(2);
    }

    @Test
    void aFailedProbeOpensTheBreakerOfResilience4jAgain() {
        Control control = control("resilience4j");
        for (int attempt = 1; attempt <= 100; attempt++) {
            begun(control).failed(UNAVAILABLE);
        }
        clock.advance(Duration.ofMillis(60_001));
        for (int probe = 1; probe <= 10; probe++) {
            begun(control).failed(UNAVAILABLE);
        }

        assertThat(control.begin()).isNull();
    }
}
