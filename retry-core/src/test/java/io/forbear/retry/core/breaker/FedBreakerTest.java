package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Successes derived from feeds. */
class FedBreakerTest {

    private final ManualClock clock = new ManualClock();
    private final CountedFeed feed = new CountedFeed();
    private final Object owner = new Object();
    private final Breaker breaker = CircuitBreakers.failureRate(0.5)
            .window(Duration.ofSeconds(10))
            .minimumCalls(4)
            .openFor(Duration.ofSeconds(1))
            .create("users", clock, State.CLOSED);

    private Object admitted() {
        return Objects.requireNonNull(breaker.admission(), "needs a permit");
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(admitted(), ErrorCategory.SERVER_ERROR, clock.nanoTime());
        }
    }

    private void expect(long calls, long failures) {
        assertThat(breaker.counts()).isEqualTo(new BreakerCounts(calls, failures, 0, 0));
    }

    @Test
    void countsWhatTheFeedCounts() {
        breaker.feed(feed, owner);
        feed.succeeded(5);
        fail(2);
        expect(7, 2);
    }

    @Test
    void doesNotOpenWhereTheFeedHasEnoughSuccesses() {
        breaker.feed(feed, owner);
        feed.succeeded(10);
        fail(9);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void doesNotCountWhatTheFeedCountedBeforeItWasAdded() {
        feed.succeeded(100);
        breaker.feed(feed, owner);
        feed.succeeded();
        expect(1, 0);
    }

    @Test
    void countsAFeedThatIsAddedTwiceOnce() {
        breaker.feed(feed, owner);
        breaker.feed(feed, owner);
        feed.succeeded(3);
        expect(3, 0);
    }

    @Test
    void addsUpSeveralFeeds() {
        CountedFeed other = new CountedFeed();
        breaker.feed(feed, owner);
        breaker.feed(other, owner);
        feed.succeeded(3);
        other.succeeded(4);
        expect(7, 0);
    }

    @Test
    void countsAPermitWhoseSuccessNoFeedCounts() {
        breaker.feed(feed, owner);
        feed.succeeded(2);
        Objects.requireNonNull(breaker.tryAcquire()).success(-1);
        expect(3, 0);
    }

    @Test
    void countsAPermitWhoseSuccessTheFeedCountsOnce() {
        breaker.feed(feed, owner);
        Permit permit = Objects.requireNonNull(breaker.tryAcquireFed());
        feed.succeeded();
        permit.success(-1);
        expect(1, 0);
    }

    @Test
    void countsAFailureOfEitherPermit() {
        breaker.feed(feed, owner);
        Objects.requireNonNull(breaker.tryAcquireFed()).failure(-1, ErrorCategory.TIMEOUT);
        Objects.requireNonNull(breaker.tryAcquire()).failure(-1, ErrorCategory.TIMEOUT);
        assertThat(breaker.counts()).isEqualTo(new BreakerCounts(2, 2, 0, 2));
    }

    @Test
    void beginsANewClosedStateWithNothing() {
        breaker.feed(feed, owner);
        feed.succeeded(1);
        fail(3);
        feed.succeeded(70);
        clock.advance(Duration.ofSeconds(1));
        Permit probe = Objects.requireNonNull(breaker.tryAcquireFed());
        feed.succeeded();
        probe.success(-1);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        expect(0, 0);
        feed.succeeded(2);
        expect(2, 0);
    }

    @Test
    void takesAFeedThatWasAddedWhileOpen() {
        fail(4);
        breaker.feed(feed, owner);
        feed.succeeded(9);
        breaker.reset();
        feed.succeeded(2);
        expect(2, 0);
    }

    @Test
    void aFeedThatIsAddedTwiceCountsOnceInThisStateAndInTheNext() {
        breaker.feed(feed, owner);
        breaker.feed(feed, owner);
        feed.succeeded(2);
        expect(2, 0);

        breaker.reset();
        breaker.feed(feed, owner);
        feed.succeeded(3);
        expect(3, 0);
    }

    @Test
    void ignoresAFailureOfAnEarlierState() {
        Object earlier = admitted();
        fail(4);
        breaker.reset();
        for (int i = 0; i < 10; i++) {
            breaker.failed(earlier, ErrorCategory.SERVER_ERROR, clock.nanoTime());
        }
        expect(0, 0);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void ignoresAFailureWithAStrangersToken() {
        FedBreaker other = CircuitBreakers.failureRate(0.5).create("other", clock, State.CLOSED);
        breaker.failed(Objects.requireNonNull(other.admission()), ErrorCategory.SERVER_ERROR, 0);
        breaker.failed("token", ErrorCategory.SERVER_ERROR, 0);
        expect(0, 0);
    }

    @Test
    void needsPermitsOnlyOutsideOfClosed() {
        assertThat(breaker.admission()).isNotNull();
        fail(4);
        assertThat(breaker.admission()).isNull();
        breaker.force(State.FORCED_OPEN);
        assertThat(breaker.admission()).isNull();
        breaker.force(State.DISABLED);
        assertThat(breaker.admission()).isNotNull();
        breaker.force(State.METRICS_ONLY);
        assertThat(breaker.admission()).isNotNull();
        breaker.force(State.HALF_OPEN);
        assertThat(breaker.admission()).isNull();
    }

    /**
     * Failures come in floods: those of one bucket that cannot open the breaker do not each sum the counters of the
     * service.
     */
    @Test
    void looksAtSuccessesOnceInABucketUntilItMayHaveToOpen() {
        int[] looks = {0};
        CallFeed counted = (CallFeed) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CallFeed.class}, (proxy, method, args) -> {
                    looks[0]++;
                    return 0L;
                });
        Breaker patient = CircuitBreakers.failureRate(0.5)
                .window(Duration.ofSeconds(10))
                .minimumCalls(100)
                .create("users", clock, State.CLOSED);
        patient.feed(counted, owner);
        clock.advance(Duration.ofSeconds(1));
        looks[0] = 0;

        failTimes(patient, 48);
        assertThat(looks[0]).as("at the first of the bucket").isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        failTimes(patient, 1);
        assertThat(looks[0]).as("in the next bucket").isEqualTo(2);
        failTimes(patient, 1);

        assertThat(looks[0]).as("50 of 100 would open it").isEqualTo(3);
    }

    private void failTimes(Breaker failing, int times) {
        Object token = Objects.requireNonNull(failing.admission());
        for (int i = 0; i < times; i++) {
            failing.failed(token, ErrorCategory.SERVER_ERROR, clock.nanoTime());
        }
    }

    @Test
    void whatGrewSinceTheLastLookBelongsToThePresentBucket() {
        breaker.feed(feed, owner);
        clock.advance(Duration.ofSeconds(100));
        feed.succeeded(400);
        breaker.look(clock.nanoTime());
        expect(400, 0);
        clock.advance(Duration.ofSeconds(9));
        feed.succeeded(5);
        expect(405, 0);
        clock.advance(Duration.ofSeconds(1));
        expect(5, 0);
    }

    /** A feed is read while its owner lives, and what it counted stays. */
    @Test
    void keepsWhatAFeedCountedWhoseOwnerHasGone() {
        Object[] gone = {new Object()};
        WeakReference<Object> seen = new WeakReference<>(gone[0]);
        breaker.feed(feed, gone[0]);
        feed.succeeded(3);
        gone[0] = owner;
        while (seen.get() != null) {
            System.gc();
        }
        breaker.look(clock.nanoTime());
        expect(3, 0);
        breaker.feed(new CountedFeed(), owner);
        expect(3, 0);
    }

    @Test
    void aForcedStateTakesALookAndKeepsNothing() {
        breaker.feed(feed, owner);
        breaker.force(State.FORCED_OPEN);
        feed.succeeded(3);
        breaker.look(clock.nanoTime());
        breaker.reset();
        expect(0, 0);
        feed.succeeded(2);
        expect(2, 0);
    }

    /**
     * A breaker that 30,000 services share sums them where the verdict may change, and at most once for each 64 of them
     * else.
     */
    @Test
    void aFailureOfManyServicesDoesNotSumThemAll() {
        for (CircuitBreakerSpec spec : List.of(
                CircuitBreakers.failureRate(0.5).window(10_000),
                CircuitBreakers.failureRate(0.5).window(Duration.ofSeconds(10)))) {
            Breaker shared = spec.minimumCalls(1_000).create("shared", clock, State.CLOSED);
            long[] reads = {0};
            for (int i = 0; i < 3_000; i++) {
                shared.feed(
                        new CallFeed() {
                            @Override
                            public long firstTrySuccesses() {
                                return 0;
                            }

                            @Override
                            public long successes() {
                                reads[0]++;
                                return 0;
                            }

                            @Override
                            public long calls() {
                                return 0;
                            }
                        },
                        owner);
            }
            reads[0] = 0;
            failTimes(shared, 499);
            assertThat(reads[0]).isLessThanOrEqualTo(499 * 65);
            failTimes(shared, 501);
            assertThat(shared.state()).isEqualTo(State.OPEN);
        }
    }
}
