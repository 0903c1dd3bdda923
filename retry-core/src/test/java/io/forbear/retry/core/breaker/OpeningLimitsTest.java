package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which failures are errors, and what opens on them. */
class OpeningLimitsTest {

    private static BreakerCounts failed(long failures, long timeouts) {
        return new BreakerCounts(failures, failures, 0, timeouts);
    }

    @Test
    void failuresAreErrorsWithFewerThanThreeTimeOutsInTen() {
        assertThat(OpeningLimits.areErrors(failed(10, 2))).isTrue();
        assertThat(OpeningLimits.areErrors(failed(10, 3))).isFalse();
        assertThat(OpeningLimits.areErrors(failed(1_000, 299))).isTrue();
        assertThat(OpeningLimits.areErrors(failed(1_000, 300))).isFalse();
        assertThat(OpeningLimits.areErrors(failed(1, 0))).isTrue();
        assertThat(OpeningLimits.areErrors(failed(1, 1))).isFalse();
        assertThat(OpeningLimits.areErrors(failed(0, 0))).as("no failures").isFalse();
    }

    @Test
    void errorsHaveARateOfTheirOwn() {
        OpeningLimits limits =
                OpeningLimits.ofFailureRate(0.5).withErrorRate(0.9).withMinimumCalls(10);

        assertThat(limits.exceeded(10, failed(8, 0))).isFalse();
        assertThat(limits.exceeded(10, failed(8, 3))).isTrue();
        assertThat(limits.exceeded(10, failed(9, 0))).isTrue();
        assertThat(limits.exceeded(10, failed(5, 2))).isTrue();
        assertThat(limits.exceeded(10, failed(5, 1))).isFalse();
        assertThat(limits.exceeded(9, failed(9, 9))).as("too few calls").isFalse();
    }

    @Test
    void aRowOpensOnlyWhereANumberIsSet() {
        OpeningLimits limits = OpeningLimits.ofFailureRate(0.5);

        assertThat(limits.isRow(1_000_000)).isFalse();
        assertThat(limits.withInARow(4).isRow(3)).isFalse();
        assertThat(limits.withInARow(4).isRow(4)).isTrue();
    }

    @Test
    void slowIsLongerThanTheLimit() {
        OpeningLimits limits = OpeningLimits.ofFailureRate(0.5);

        assertThat(limits.isSlow(Long.MAX_VALUE)).isFalse();
        assertThat(limits.withSlowCalls(0.5, 10).isSlow(10)).isFalse();
        assertThat(limits.withSlowCalls(0.5, 10).isSlow(11)).isTrue();
    }
}
