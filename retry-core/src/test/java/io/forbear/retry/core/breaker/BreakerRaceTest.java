package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Many threads at once. */
class BreakerRaceTest {

    private static final int THREADS = 8;

    private final ManualClock clock = new ManualClock();
    private final Transitions transitions = new Transitions();

    private Breaker breaker(CircuitBreakerSpec spec) {
        Breaker breaker = spec.create("users", clock, State.CLOSED);
        breaker.onTransition(transitions);
        return breaker;
    }

    @RepeatedTest(50)
    void opensOnceAndTellsItOnce() {
        Breaker breaker = breaker(CircuitBreakers.failureRate(0.5).minimumCalls(100));
        Object token = Objects.requireNonNull(breaker.admission());

        Threads.run(THREADS, thread -> {
            for (int i = 0; i < 100; i++) {
                breaker.failed(token, ErrorCategory.SERVER_ERROR, 0);
            }
        });

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(transitions.told()).containsExactly("CLOSED -> OPEN");
    }

    /** Resilience4j #1432, Polly #216: extra calls let through when OPEN ends. */
    @RepeatedTest(50)
    void letsNoMoreProbesPassThanThereAre() {
        Breaker breaker = breaker(CircuitBreakers.failureRate(0.5).probes(3).openFor(Duration.ofSeconds(1)));
        breaker.force(State.OPEN);
        clock.advance(Duration.ofSeconds(1));
        AtomicInteger passed = new AtomicInteger();

        Threads.run(THREADS, thread -> {
            for (int i = 0; i < 20; i++) {
                Permit permit = breaker.tryAcquire();
                if (permit != null) {
                    assertThat(permit.isProbe()).isTrue();
                    passed.incrementAndGet();
                }
            }
        });

        assertThat(passed).hasValue(3);
        assertThat(transitions.told()).containsExactly("CLOSED -> OPEN", "OPEN -> HALF_OPEN");
    }

    @RepeatedTest(50)
    void givesPlacesBackAndLosesNone() {
        Breaker breaker = breaker(CircuitBreakers.failureRate(0.5).probes(2).openFor(Duration.ofSeconds(1)));
        breaker.force(State.OPEN);
        clock.advance(Duration.ofSeconds(1));
        AtomicInteger underWay = new AtomicInteger();

        Threads.run(THREADS, thread -> {
            for (int i = 0; i < 200; i++) {
                Permit permit = breaker.tryAcquire();
                if (permit != null) {
                    assertThat(underWay.incrementAndGet()).isLessThanOrEqualTo(2);
                    underWay.decrementAndGet();
                    permit.ignore();
                    permit.ignore();
                }
            }
        });

        assertThat(breaker.tryAcquire()).isNotNull();
        assertThat(breaker.tryAcquire()).isNotNull();
        assertThat(breaker.tryAcquire()).isNull();
    }

    @RepeatedTest(50)
    void settlesOnce() {
        Breaker breaker = breaker(CircuitBreakers.failureRate(1)
                .slowCallRate(1, Duration.ofDays(1))
                .minimumCalls(1_000_000));
        List<Permit> permits = java.util.stream.Stream.generate(() -> Objects.requireNonNull(breaker.tryAcquire()))
                .limit(200)
                .toList();

        Threads.run(THREADS, thread -> {
            for (Permit permit : permits) {
                if (thread % 2 == 0) {
                    permit.success(0);
                } else {
                    permit.failure(0, ErrorCategory.TIMEOUT);
                }
            }
        });

        assertThat(breaker.counts().calls()).isEqualTo(200);
    }

    @Test
    void countsEveryCallOnceWithFeedsPermitsAndFailuresMixed() {
        Breaker breaker = breaker(CircuitBreakers.failureRate(1).minimumCalls(Integer.MAX_VALUE));
        CountedFeed feed = new CountedFeed();
        breaker.feed(feed, this);
        int each = 20_000;

        Threads.run(THREADS, thread -> {
            for (int i = 0; i < each; i++) {
                switch (i % 4) {
                    case 0 -> feed.succeeded();
                    case 1 -> {
                        Permit permit = Objects.requireNonNull(breaker.tryAcquireFed());
                        feed.succeeded();
                        permit.success(-1);
                    }
                    case 2 -> Objects.requireNonNull(breaker.tryAcquire()).success(-1);
                    default ->
                        breaker.failed(
                                Objects.requireNonNull(breaker.admission()), ErrorCategory.TIMEOUT, clock.nanoTime());
                }
            }
        });

        long calls = (long) THREADS * each;
        assertThat(breaker.counts()).isEqualTo(new BreakerCounts(calls, calls / 4, 0, calls / 4));
    }

    @Test
    void losesNothingInACountWindowUnderContention() {
        int each = 20_000;
        CountWindow window = new CountWindow(THREADS * each, true, new Successes(null));

        Threads.run(THREADS, thread -> {
            for (int i = 0; i < each; i++) {
                window.outcome(0, i % 2 == 0, i % 4 == 0);
            }
        });

        assertThat(window.counts(0))
                .isEqualTo(new BreakerCounts(THREADS * each, THREADS * each / 2, THREADS * each / 4, 0));
    }

    @Test
    void losesNothingInATimeWindowUnderContention() {
        int each = 20_000;
        TimeWindow window = new TimeWindow(1_000, new Successes(null), 0);

        Threads.run(THREADS, thread -> {
            for (int i = 0; i < each; i++) {
                window.outcome(100L * (i % TimeWindow.BUCKETS), i % 2 == 0, false);
            }
        });

        assertThat(window.counts(900)).isEqualTo(new BreakerCounts(THREADS * each, THREADS * each / 2, 0, 0));
    }

    @Test
    void walksOnlyAlongTheArrowsWhateverTheThreadsDo() {
        Breaker breaker = breaker(CircuitBreakers.consecutiveFailures(3)
                .probes(2)
                .openFor(Duration.ofNanos(5))
                .probeTimeout(Duration.ofNanos(40)));

        Threads.run(THREADS, thread -> {
            java.util.SplittableRandom random = new java.util.SplittableRandom(thread);
            for (int i = 0; i < 5_000; i++) {
                clock.advance(Duration.ofNanos(1));
                Permit permit = breaker.tryAcquire();
                if (permit != null) {
                    switch (random.nextInt(8)) {
                        case 0 -> permit.ignore();
                        case 1 -> {} // lost
                        case 2, 3, 4 -> permit.success(-1);
                        default -> permit.failure(-1, ErrorCategory.NETWORK_ERROR);
                    }
                }
            }
        });

        List<String> told = transitions.told();
        assertThat(told)
                .hasSizeGreaterThan(10)
                .isSubsetOf("CLOSED -> OPEN", "OPEN -> HALF_OPEN", "HALF_OPEN -> OPEN", "HALF_OPEN -> CLOSED");
        // each state is left as often as it is entered, give or take the one it is in
        long opened = told.stream().filter(each -> each.endsWith(" OPEN")).count();
        long probed = told.stream().filter(each -> each.startsWith("OPEN")).count();
        assertThat(opened - probed).isEqualTo(breaker.state() == State.OPEN ? 1 : 0);
        long left = told.stream().filter(each -> each.startsWith("HALF_OPEN")).count();
        assertThat(probed - left).isEqualTo(breaker.state() == State.HALF_OPEN ? 1 : 0);
    }

    @RepeatedTest(200)
    void keepsAFeedThatIsAddedWhileTheStateChanges() {
        Breaker breaker = breaker(CircuitBreakers.failureRate(1));
        CountedFeed added = new CountedFeed();

        Threads.run(2, thread -> {
            if (thread == 0) {
                breaker.feed(added, this);
            } else {
                breaker.reset();
            }
        });

        added.succeeded(5);
        assertThat(breaker.counts().calls()).isEqualTo(5);
    }
}
