package io.forbear.retry.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokensTest {

    private static final long SECOND = 1_000_000_000L;

    private final Tokens tokens = new Tokens();

    @Test
    void trickleInAtTheirRateUpToThoseOfASecond() {
        tokens.rate(4);
        tokens.fill(SECOND / 2, 0);
        assertThat(tokens.level()).isEqualTo(2);

        tokens.fill(100 * SECOND, 0);
        assertThat(tokens.level()).isEqualTo(4);
        assertThat(tokens.capacity()).isEqualTo(4);
    }

    @Test
    void oneIsKeptHoweverSlowTheyCome() {
        tokens.rate(0.25);
        tokens.fill(60 * SECOND, 0);

        assertThat(tokens.capacity()).isEqualTo(1);
        assertThat(tokens.take()).isTrue();
        assertThat(tokens.take()).isFalse();
        assertThat(tokens.level()).isZero();
    }

    @Test
    void whatCameForThoseWhoWaitIsKeptUntilTheyHaveIt() {
        tokens.rate(2);
        tokens.fill(10 * SECOND, 3);
        assertThat(tokens.level()).isEqualTo(5);

        tokens.overflow();
        assertThat(tokens.level()).isEqualTo(2);
    }

    @Test
    void aReadingOlderThanTheLastLetsNothingIn() {
        tokens.rate(1);
        tokens.fill(SECOND / 2, 0);
        tokens.fill(SECOND / 4, 0);
        assertThat(tokens.level()).isEqualTo(0.5);

        tokens.fill(SECOND * 3 / 4, 0);
        assertThat(tokens.level()).isEqualTo(0.75);
    }

    @Test
    void aRateThatFallsTakesWhatIsMoreThanItKeeps() {
        tokens.rate(10);
        tokens.fill(SECOND, 0);

        tokens.rate(3);

        assertThat(tokens.level()).isEqualTo(3);
        assertThat(tokens.perSecond()).isEqualTo(3);
    }

    @Test
    void aRoundingErrorShortOfOneIsOne() {
        tokens.rate(1);
        tokens.fill(SECOND - 1, 0);
        assertThat(tokens.level()).isLessThan(1);
        assertThat(tokens.take()).isTrue();
        assertThat(tokens.level()).as("never below zero").isZero();

        tokens.fill(2 * SECOND - 3, 0);
        assertThat(tokens.take()).isFalse();
    }

    @Test
    void oneThatComesBackFillsUpToTheCapacity() {
        tokens.rate(2);
        tokens.fill(SECOND * 3 / 4, 0);
        tokens.putBack();
        assertThat(tokens.level()).isEqualTo(2);
        tokens.take();
        tokens.take();

        tokens.putBack();

        assertThat(tokens.level()).isEqualTo(1);
    }

    @Test
    void theNthIsThereAtTheNanosecondThatIsSaid() {
        tokens.rate(4);
        assertThat(tokens.nanosUntil(1)).isEqualTo(SECOND / 4);
        assertThat(tokens.nanosUntil(3)).isEqualTo(SECOND * 3 / 4);

        tokens.fill(SECOND / 8, 0);
        assertThat(tokens.nanosUntil(1)).isEqualTo(SECOND / 8);
        tokens.fill(SECOND, 0);
        assertThat(tokens.nanosUntil(1)).as("not a wait of nothing").isEqualTo(1);
    }

    @Test
    void neverIsTheLongestTimeThereIs() {
        assertThat(tokens.nanosUntil(1)).isEqualTo(Long.MAX_VALUE);
        tokens.rate(0.001);
        assertThat(tokens.nanosUntil(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void emptyIsAsNew() {
        tokens.rate(5);
        tokens.fill(SECOND, 0);

        tokens.empty();
        tokens.fill(9 * SECOND, 0);

        assertThat(tokens.level()).isZero();
        assertThat(tokens.perSecond()).isZero();
        assertThat(tokens.capacity()).isEqualTo(Tokens.MIN_CAPACITY);
    }
}
