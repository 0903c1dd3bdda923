package io.forbear.retry.benchmarks.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KindTest {

    @ParameterizedTest
    @EnumSource(
            names = {"finagle", "forbearAdaptiveThrottle"},
            mode = EnumSource.Mode.EXCLUDE)
    void grantsWhereThereIsSomethingAndRefusesWhereThereIsNothing(Kind kind) {
        assertThat(kind.make(Level.HALF).withdraw()).isTrue();
        assertThat(kind.make(Level.EMPTY).withdraw()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"finagle", "forbearRatio", "forbearQuota", "aws", "compareAndSet", "locked"})
    void paysOutWhatWasDeposited(Kind kind) {
        Purse purse = kind.make(Level.HALF);
        purse.deposit();

        assertThat(purse.withdraw()).isTrue();
    }
}
