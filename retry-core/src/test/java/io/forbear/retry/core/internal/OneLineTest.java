package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text from outside stays one line of bounded length. */
class OneLineTest {

    @ParameterizedTest
    @CsvSource({
        "10, a\\nb",
        "13, a\\rb",
        "9, a\\tb",
        "0, a\\u0000b",
        "7, a\\u0007b",
        "27, a\\u001bb",
        "127, a\\u007fb",
        "8232, a\\u2028b",
        "8233, a\\u2029b"
    })
    void aCharacterThatEndsALineOrIsNotSeenIsWrittenByItsCode(int character, String line) {
        assertThat(OneLine.of("a" + (char) character + "b")).isEqualTo(line);
    }

    @Test
    void anyOtherTextStaysAsItIs() {
        assertThat(OneLine.of("orders \u00fc \u2027 \u202a ~ ")).isEqualTo("orders \u00fc \u2027 \u202a ~ ");
        assertThat(OneLine.of("")).isEmpty();
    }

    @Test
    void theLongestTextIsWholeAndALongerOneIsCut() {
        assertThat(OneLine.of("x".repeat(200))).isEqualTo("x".repeat(200));
        assertThat(OneLine.of("x".repeat(201))).isEqualTo("x".repeat(200) + "...");
    }
}
