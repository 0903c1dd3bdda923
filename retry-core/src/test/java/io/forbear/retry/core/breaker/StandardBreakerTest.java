package io.forbear.retry.core.breaker;

import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The breaker that every service has by default: when it opens, for how long, and how the load comes back. */
class StandardBreakerTest {

    private final ManualClock clock = new ManualClock();
    private final CountedFeed feed = new CountedFeed();
    private final Breaker breaker = CircuitBreakers.standard().create("users", clock, State.CLOSED);

    StandardBreakerTest() {
        breaker.feed(feed, this);
    }

    private Permit pass() {
        return Objects.requireNonNull(breaker.tryAcquireFed());
    }

    private void fail(int times, ErrorCategory category) {
        for (int i = 0; i < times; i++) {
            Permit permit = breaker.tryAcquireFed();
            if (permit != null) {
                permit.failure(-1, category);
            }
        }
    }

    private void succeed(int times) {
        feed.succeeded(times);
        breaker.look(clock.nanoTime());
    }

    private void succeed(Permit permit) {
        feed.succeeded();
        permit.success(-1);
    }

    // ---- when it opens

    @Test
    void fourOfFiveOpenWhereThreeInTenAreTimeOuts() {
        succeed(20);
        fail(55, SERVER_ERROR);
        fail(24, TIMEOUT);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        fail(1, TIMEOUT);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.counts()).isEqualTo(new BreakerCounts(100, 80, 0, 25));
    }

    @Test
    void errorsOpenAtNineteenOfTwenty() {
        succeed(20);
        fail(379, SERVER_ERROR);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        fail(1, SERVER_ERROR);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void nineteenFailuresOfAMomentAreTooFew() {
        fail(19, TIMEOUT);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void fourFailuresInARowOpenWhereNoCallHasSucceededForAWindow() {
        succeed(1);
        fail(1, SERVER_ERROR);
        clock.advance(ofMillis(1900));
        fail(2, SERVER_ERROR);
        assertThat(breaker.state()).as("three").isEqualTo(State.CLOSED);

        clock.advance(ofMillis(300));
        fail(1, SERVER_ERROR);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void aSuccessEndsTheRow() {
        for (int i = 0; i < 5; i++) {
            clock.advance(ofSeconds(3));
            fail(3, SERVER_ERROR);
            succeed(1);
        }

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aSuccessWithinTheWindowKeepsItClosedHoweverLongTheRow() {
        clock.advance(ofSeconds(3));
        succeed(1);
        clock.advance(ofMillis(1500));
        fail(18, SERVER_ERROR);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aRowRightAfterTheStartDoesNotOpen() {
        fail(10, SERVER_ERROR);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    // ---- for how long

    @Test
    void itIsOpenForASecondAfterTimeOutsAndForATenthAfterErrors() {
        fail(20, TIMEOUT);
        assertThat(breaker.untilProbe()).isEqualTo(ofSeconds(1));
        clock.advance(ofSeconds(1));

        pass().failure(-1, SERVER_ERROR);
        assertThat(breaker.untilProbe()).isEqualTo(ofMillis(100));
        clock.advance(ofMillis(100));

        pass().failure(-1, TIMEOUT);
        assertThat(breaker.untilProbe()).isEqualTo(ofSeconds(1));
    }

    @Test
    void itIsOpenForASecondAfterProbesThatAreLost() {
        fail(20, SERVER_ERROR);
        clock.advance(ofMillis(100));
        pass();
        clock.advance(ofSeconds(30));

        assertThat(breaker.tryAcquireFed()).isNull();

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.untilProbe()).isEqualTo(ofSeconds(1));
    }

    @Test
    void aRowThatHasATimeOutIsNoRowOfErrors() {
        for (ErrorCategory category : List.of(TIMEOUT, SERVER_ERROR, SERVER_ERROR, SERVER_ERROR)) {
            clock.advance(ofSeconds(3));
            fail(1, category);
        }

        assertThat(breaker.untilProbe()).isEqualTo(ofSeconds(1));
    }

    @Test
    void aWindowOfCallsDoesNotTellErrorsFromTimeOuts() {
        Breaker counted = CircuitBreakers.standard().window(10).create("users", clock, State.CLOSED);
        for (int i = 0; i < 10; i++) {
            Objects.requireNonNull(counted.tryAcquire()).failure(-1, SERVER_ERROR);
        }

        assertThat(counted.untilProbe()).isEqualTo(ofSeconds(1));
    }

    @Test
    void slowCallsOpenForTheLongTimeThoughOneFailedByAnError() {
        Breaker slow = CircuitBreakers.failureRate(0.8)
                .slowCallRate(0.5, ofSeconds(1))
                .openForErrors(ofMillis(100))
                .create("users", clock, State.CLOSED);
        Objects.requireNonNull(slow.tryAcquire()).failure(0, SERVER_ERROR);
        for (int i = 0; i < 19; i++) {
            Objects.requireNonNull(slow.tryAcquire()).success(ofSeconds(2).toNanos());
        }

        assertThat(slow.untilProbe()).isEqualTo(ofSeconds(1));
    }

    // ---- how the load comes back

    private void close() {
        fail(20, TIMEOUT);
        clock.advance(ofSeconds(1));
        succeed(pass());
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    private List<Permit> passAll() {
        List<Permit> passed = new ArrayList<>();
        for (Permit permit = breaker.tryAcquireFed();
                permit != null && passed.size() < 100;
                permit = breaker.tryAcquireFed()) {
            passed.add(permit);
        }
        return passed;
    }

    @Test
    void twoAttemptsPassAfterTheProbeAndEachSuccessAllowsOneMore() {
        close();
        assertThat(breaker.admission()).as("permits are needed").isNull();
        for (int allowed : new int[] {2, 4, 8}) {
            List<Permit> passed = passAll();
            assertThat(passed).hasSize(allowed);
            passed.forEach(this::succeed);
        }

        assertThat(breaker.admission()).as("16: the slow start is over").isNotNull();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aTimeOutHalvesWhatMayPassAndAnErrorDoesNot() {
        close();
        passAll().forEach(this::succeed);
        passAll().forEach(this::succeed);
        List<Permit> eight = passAll();
        assertThat(eight).hasSize(8);

        eight.subList(0, 6).forEach(permit -> permit.failure(-1, SERVER_ERROR));
        eight.get(6).failure(-1, TIMEOUT);
        eight.get(7).ignore();

        assertThat(passAll()).hasSize(4);
    }

    @Test
    void oneAttemptAlwaysMayPass() {
        close();
        for (int i = 0; i < 5; i++) {
            pass().failure(-1, TIMEOUT);
        }

        assertThat(passAll()).hasSize(1);
    }

    @Test
    void aSlowStartEndsAfterTenSecondsThoughNobodyTellsHowItsAttemptsEnd() {
        close();
        assertThat(passAll()).hasSize(2);
        clock.advance(ofMillis(9_999));
        assertThat(passAll()).isEmpty();

        clock.advance(ofMillis(1));

        assertThat(passAll()).hasSize(100);
        assertThat(breaker.admission()).isNotNull();
    }

    @Test
    void aSlowStartMayOpenAgainAndTellsNoTransitionOfItsOwn() {
        List<String> told = new ArrayList<>();
        close();
        breaker.onTransition((from, to) -> told.add(from + " " + to));

        fail(20, TIMEOUT);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        clock.advance(ofSeconds(1));
        succeed(pass());
        passAll().forEach(this::succeed);
        passAll().forEach(this::succeed);
        passAll().forEach(this::succeed);
        assertThat(told).containsExactly("CLOSED OPEN", "OPEN HALF_OPEN", "HALF_OPEN CLOSED");
    }

    @Test
    void aSuccessOfTheSlowStartOpensNothing() {
        close();
        fail(19, SERVER_ERROR);

        succeed(pass());

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void anAttemptOfTheSlowStartThatEndsLaterCountsNothing() {
        close();
        Permit late = pass();
        clock.advance(ofSeconds(11));
        passAll();

        late.failure(-1, TIMEOUT);

        assertThat(breaker.counts()).isEqualTo(BreakerCounts.NONE);
    }

    @Test
    void aWindowOfCallsComparesAllFailuresWithTheFailureRate() {
        Breaker counted = CircuitBreakers.standard().window(10).create("users", clock, State.CLOSED);
        for (int i = 0; i < 10; i++) {
            Permit permit = Objects.requireNonNull(counted.tryAcquire());
            if (i < 2) {
                permit.success(-1);
            } else {
                permit.failure(-1, SERVER_ERROR);
            }
        }

        assertThat(counted.state()).isEqualTo(State.OPEN);
    }
}
