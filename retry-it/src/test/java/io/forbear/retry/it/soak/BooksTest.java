package io.forbear.retry.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The books of calls to which nothing untoward happens: what the fault pairs and the soak compare with. */
class BooksTest {

    private static void calls(VirtualRig virtual, Shell shell) {
        virtual.call(shell, virtual.rig.retry, 0, false);
        virtual.call(shell, virtual.rig.retry, 1, false);
        virtual.call(shell, virtual.rig.retry, 9, false);
        virtual.call(shell, virtual.rig.retry, 1, true);
        virtual.call(shell, virtual.rig.retry, 9, true);
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void balanceWhereEveryPartIsTheUsersOwn(Shell shell) {
        VirtualRig virtual = new VirtualRig(Faults.none(), 1, Rig::ofOwnParts);

        calls(virtual, shell);

        assertThat(virtual.violations()).isEmpty();
        assertThat(virtual.rig.tally.attempts.get()).isGreaterThan(5);
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void balanceWhereTheyAreTheLibrarys(Shell shell) {
        VirtualRig virtual = new VirtualRig(
                Faults.none(),
                1,
                (faults, around) -> Rig.ofTheLibrarysParts(
                        faults, around, RetryBudgets.tokenBucket(100), CircuitBreakers.failureRate(0.5)));

        calls(virtual, shell);

        assertThat(virtual.violations()).isEmpty();
    }
}
