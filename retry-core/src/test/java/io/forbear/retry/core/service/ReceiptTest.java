package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReceiptTest {

    private static final long LONGEST_WAIT = 365L * 86_400 * 1_000_000_000;

    @Property
    void keepsTheAmountAndTheTime(
            @ForAll @LongRange(max = 1_048_575) long milli,
            @ForAll long taken,
            @ForAll @LongRange(max = LONGEST_WAIT) long wait) {
        long receipt = Receipt.of(milli, taken);

        assertThat(Receipt.milliTokens(receipt)).isEqualTo(milli);
        assertThat(Receipt.hasTime(receipt)).isTrue();
        assertThat(taken - Receipt.nanos(receipt, taken + wait)).isBetween(0L, Receipt.PRECISION_NANOS);
    }

    @Property
    void keepsALargeAmountWithoutTheTime(
            @ForAll @LongRange(min = 1_048_576, max = Integer.MAX_VALUE * 1000L) long milli, @ForAll long taken) {
        long receipt = Receipt.of(milli, taken);

        assertThat(Receipt.milliTokens(receipt)).isEqualTo(milli);
        assertThat(Receipt.hasTime(receipt)).isFalse();
    }

    @Test
    void nothingTakenIsNothing() {
        assertThat(Receipt.milliTokens(Receipt.NONE)).isZero();
        assertThat(Receipt.milliTokens(Receipt.of(0, Long.MAX_VALUE))).isZero();
    }
}
