package io.forbear.retry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ScriptedRandomTest {

    @Test
    void drawsTheSharesInTurnAndThenNothing() {
        ScriptedRandom random = ScriptedRandom.of(0.1, 0.9);

        assertThat(random.nextDouble()).isEqualTo(0.1);
        assertThat(random.nextDouble()).isEqualTo(0.9);
        assertThat(random.draws()).isEqualTo(2);
        assertThatIllegalStateException()
                .isThrownBy(random::nextDouble)
                .withMessage("draws: 3 (expected: <= 2, the shares [0.1, 0.9])");
    }

    @Test
    void alwaysDrawsTheSame() {
        ScriptedRandom half = ScriptedRandom.always(0.5);

        assertThat(half.nextDouble()).isEqualTo(0.5);
        assertThat(half.nextDouble()).isEqualTo(0.5);
        assertThat(half.nextInt(100)).isEqualTo(50);
        assertThat(half.nextInt(64)).isEqualTo(32);
        assertThat(half.nextInt(-10, 10)).isZero();
        assertThat(half.nextLong(7)).isEqualTo(3);
        assertThat(half.nextLong(10, 20)).isEqualTo(15);
        assertThat(half.nextDouble(2, 4)).isEqualTo(3);
        assertThat(half.nextBoolean()).isTrue();
        assertThat(half.draws()).isEqualTo(9);
    }

    @Property
    void everyDrawLiesInItsRange(
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double share,
            @ForAll long one,
            @ForAll long other) {
        long origin = Math.min(one, other);
        long bound = Math.max(one, other);
        ScriptedRandom random = ScriptedRandom.always(share);

        assertThat(random.nextDouble()).isEqualTo(share);
        assertThat((random.nextLong() >>> 11) * 0x1p-53).isBetween(share - 0x1p-53, share);
        if (origin < bound) {
            assertThat(random.nextLong(origin, bound)).isBetween(origin, bound - 1);
        }
    }

    @Test
    void refusesAShareOutsideOfItsRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptedRandom.always(1))
                .withMessage("share: 1.0 (expected: >= 0 and < 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptedRandom.of(0.5, Double.NaN))
                .withMessage("share: NaN (expected: >= 0 and < 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptedRandom.always(0).nextInt(5, 5))
                .withMessage("bound: 5 (expected: > 5)");
    }
}
