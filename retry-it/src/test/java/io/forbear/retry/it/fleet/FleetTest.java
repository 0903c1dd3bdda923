package io.forbear.retry.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The evidence for the defaults: what they do at the scale of a fleet, whose floors add up at the service. */
class FleetTest {

    private static final long SEED = 20261124;

    private static final double CAPACITY = Fleet.USUAL.capacityPerSecond();

    private static Fleet.Result run(String name, UnaryOperator<Retries.Builder> settings) {
        Fleet.Result result = Fleet.run(name, SEED, Fleet.USUAL, settings);
        System.out.println(result.line());
        return result;
    }

    private static Fleet.Result withFloor(double perSecond) {
        return run("ratio 0.1, floor " + perSecond + "/s", retries -> retries.budget(
                        RetryBudgets.ratio(0.1).minPerSecond(perSecond))
                .withoutCircuitBreaker());
    }

    /** A burst when the outage begins, since each process has the floor of a window; then the floor and no more. */
    private static void assertIsHarmless(Fleet.Result result) {
        assertThat(result.outageAmplification()).isLessThan(1.6);
        assertThat(result.peakPerSecond()).isLessThan((long) (1.5 * CAPACITY));
        assertThat(result.recoverySeconds()).isBetween(0.0, 5.0);
    }

    @Test
    void theServiceWithoutRetriesComesBackAtOnce() {
        Fleet.Result result = run("no retries", retries -> retries.policy(
                        RetryPolicy.builder().maxAttempts(1).build())
                .withoutBudget()
                .withoutCircuitBreaker());

        assertThat(result.outageAmplification()).isEqualTo(1);
        assertThat(result.recoverySeconds()).isBetween(0.0, 5.0);
    }

    @Test
    void retriesWithoutABudgetKeepTheServiceDown() {
        Fleet.Result result =
                run("3 attempts, no budget", retries -> retries.withoutBudget().withoutCircuitBreaker());

        assertThat(result.outageAmplification()).isGreaterThan(2.5);
        assertThat(result.peakPerSecond()).isGreaterThan((long) CAPACITY);
        assertThat(result.recoverySeconds()).isNegative();
    }

    @Test
    void theHigherTheFloorTheLaterTheServiceIsBack() {
        Fleet.Result before = withFloor(0);
        for (double floor : new double[] {0.1, 0.3, 0.5}) {
            Fleet.Result result = withFloor(floor);

            assertThat(result.outageAmplification()).isGreaterThan(before.outageAmplification());
            assertThat(result.recoverySeconds()).isGreaterThanOrEqualTo(before.recoverySeconds());
            before = result;
        }
        assertThat(withFloor(1).recoverySeconds()).isNegative();
    }

    @Test
    void aFloorThatSuitsOneBusyProcessIsNoLimitForAFleet() {
        Fleet.Result result = withFloor(10);

        assertThat(result.outageAmplification()).isGreaterThan(2.5);
        assertThat(result.recoverySeconds()).isNegative();
    }

    @Test
    void theDefaultFloorLeavesTheServiceRoomToRecover() {
        Fleet.Result result = withFloor(0.2);

        assertIsHarmless(result);
    }

    @Test
    void theDefaultsDoNotNeedTheBreakerForIt() {
        Fleet.Result result = run("defaults", retries -> retries);

        assertIsHarmless(result);
    }

    private static Fleet.Result start(int startsAt, double utilisation, int initial) {
        Fleet.Result result = Fleet.run(
                "initial " + initial + ", starts at " + startsAt + " s, used " + utilisation,
                SEED,
                new Fleet.Scenario(utilisation, startsAt),
                retries -> retries.budget(RetryBudgets.ratio(0.1).initial(initial)));
        System.out.println(result.line());
        return result;
    }

    /**
     * All processes start together while the service answers errors, or is slow: the tables of
     * docs/internals/rationale.md.
     */
    @Test
    void theLargerTheInitialAllowanceTheLaterTheServiceIsBack() {
        for (int startsAt : new int[] {60, 70}) {
            for (double utilisation : new double[] {0.5, 0.7, 0.8}) {
                Fleet.Result before = start(startsAt, utilisation, 0);
                for (int initial : new int[] {2, 5, 10, 20, 50}) {
                    Fleet.Result result = start(startsAt, utilisation, initial);
                    assertThat(result.outageAmplification()).isGreaterThanOrEqualTo(before.outageAmplification());
                    before = result;
                }
                assertThat(before.recoverySeconds()).as("with 50").isNegative();
            }
        }
    }

    @Test
    void theDefaultStartIsHarmlessForAThousandProcessesThatStartInAnOutage() {
        for (int startsAt : new int[] {60, 70}) {
            Fleet.Result none = start(startsAt, 0.5, 0);
            Fleet.Result usual = Fleet.run("defaults", SEED, new Fleet.Scenario(0.5, startsAt), retries -> retries);

            assertThat(usual.recoverySeconds()).isBetween(0.0, 5.0);
            assertThat(usual.recoverySeconds()).isLessThanOrEqualTo(none.recoverySeconds() + 1);
            assertThat(usual.peakPerSecond()).isLessThan((long) (1.6 * CAPACITY));
        }
    }

    /** They have succeeded before, so that the outage is no start. */
    @Test
    void theInitialAllowanceIsNoneForProcessesThatHaveWorkedBefore() {
        Fleet.Result none = start(0, 0.5, 0);
        Fleet.Result many = start(0, 0.5, 50);

        assertThat(many.outageAmplification()).isLessThan(none.outageAmplification() + 0.1);
        assertThat(many.recoverySeconds()).isLessThanOrEqualTo(none.recoverySeconds() + 0.5);
    }
}
