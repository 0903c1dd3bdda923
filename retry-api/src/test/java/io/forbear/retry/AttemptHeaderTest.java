package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptHeaderTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "27, 27", "002, 2", "999999999, 999999999"})
    void readsAnAttempt(String received, int attempt) {
        assertThat(AttemptHeader.attempt(received)).isEqualTo(attempt);
        assertThat(AttemptHeader.options(received, CallOptions.defaults()).upstreamAttempt())
                .isEqualTo(attempt);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "000000000",
                "-2",
                "+2",
                " 2",
                "2 ",
                "2.5",
                "2,3",
                "0x2",
                "1e3",
                "two",
                "\u0662",
                "2\n",
                "2\0",
                "1000000000",
                "2147483648",
                "18446744073709551618",
                "/2",
                ":2",
                "2/",
                "2:"
            })
    void readsAnythingElseAsAFirstAttempt(String received) {
        CallOptions options = CallOptions.defaults();

        assertThat(AttemptHeader.attempt(received)).isEqualTo(1);
        assertThat(AttemptHeader.options(received, options)).isSameAs(options);
    }

    @Test
    void looksAtNoMoreThanItsDigitsOfALongValue() {
        assertThat(AttemptHeader.attempt("2".repeat(1_000_000))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 999_999_998, 999_999_999})
    void whatIsWrittenIsRead(int attempt) {
        assertThat(AttemptHeader.attempt(AttemptHeader.value(attempt))).isEqualTo(attempt);
    }

    @Test
    void anAttemptBeyondNineDigitsIsStillWrittenAsARetry() {
        assertThat(AttemptHeader.value(Integer.MAX_VALUE)).isEqualTo("999999999");
    }

    @Test
    void keepsWhatTheOptionsSay() {
        CallOptions options = CallOptions.defaults().nonIdempotent().upstreamAttempt(3);

        assertThat(AttemptHeader.options("2", options)).isSameAs(options);
        assertThat(AttemptHeader.options("3", options)).isSameAs(options);
        assertThat(AttemptHeader.options("4", options)).isEqualTo(options.upstreamAttempt(4));
    }

    @Test
    void refusesWhatIsNoAttempt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AttemptHeader.value(0))
                .withMessageContaining("attempt: 0 (expected: ");
        assertThatNullPointerException()
                .isThrownBy(() -> AttemptHeader.options("2", null))
                .withMessage("options");
    }
}
