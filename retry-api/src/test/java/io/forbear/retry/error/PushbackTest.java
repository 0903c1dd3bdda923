package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class PushbackTest {

    private static final Instant NOW = Instant.parse("2019-06-03T11:00:00Z");

    private static Pushback retryAfter(@Nullable String value) {
        return Pushback.retryAfter(value, null, NOW);
    }

    @ParameterizedTest(name = "Retry-After: {0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
            0                                 | PT0S
            1                                 | PT1S
            120                               | PT2M
            '120 '                            | PT2M
            ' 7'                              | PT7S
            1.5                               | PT1.5S
            0.000000001                       | PT0.000000001S
            0.0000000001                      | PT0.000000001S
            2.000                             | PT2S
            9223372036                        | PT2562047H47M16S
            Mon, 03 Jun 2019 11:30:12 GMT     | PT30M12S
            Mon, 3 Jun 2019 12:00:00 UTC      | PT1H
            Monday, 03-Jun-19 11:30:12 GMT    | PT30M12S
            Mon Jun  3 11:30:12 2019          | PT30M12S
            mon, 03 jun 2019 11:30:12 gmt     | PT30M12S
            Sun, 03 Jun 2019 11:30:12 GMT     | PT30M12S
            THU, 03 OCT 2019 11:00:30 GMT     | PT2928H30S
            Mon, 03 Jun 2019 11:00:60 GMT     | PT59S
            Mon, 03 Jun 2019 10:59:59 GMT     | PT0S
            Sun, 06 Nov 1994 08:49:37 GMT     | PT0S
            Sunday, 06-Nov-94 08:49:37 GMT    | PT0S
            Sun Nov  6 08:49:37 1994          | PT0S
            Mon, 03 Jun 1969 11:00:00 GMT     | PT0S
            Tuesday, 03-Jun-69 11:00:00 GMT   | PT438312H
            2019-06-03T11:00:30Z              | PT30S
            2019-06-03T13:00:30.5+02:00       | PT30.5S
            """)
    void retryAfterIsRead(String value, Duration expected) {
        assertThat(retryAfter(value)).isEqualTo(Pushback.delay(expected));
    }

    /** openai/openai-java#853: a negative or unreadable header must not fail the call. */
    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "-1",
                "+1",
                "0x10",
                "1,5",
                "1e3",
                ".5",
                "5.",
                ".",
                "1.2.3",
                "\u00b2",
                "\u0663",
                "NaN",
                "not-a-date",
                "Mon",
                "a b c d e",
                "a b c d e f",
                "Mon, 31 Feb 2019 11:00:00 GMT",
                "Mon, 03 Jun 2019 24:00:00 GMT",
                "Mon, 03 Jun 2019 11:00 GMT",
                "Mon, 03 Jun 2019 11:00:00 PST",
                "Mon, 03 Jun 19 11:00:00 GMT",
                "Mon, 03 anf 2019 11:00:00 GMT",
                "Mon, 03 June 2019 11:00:00 GMT",
                "Monday, 03-Jun 11:00:00 GMT",
                "Monday, 03-Jun-2019 11:00:00 GMT",
                "2019-06-03T11:00:30",
                "2019-06-03Tjunk"
            })
    void unreadableRetryAfterAsksForNothing(@Nullable String value) {
        assertThat(retryAfter(value)).isSameAs(Pushback.none());
    }

    /** adamayoung/TMDb#324, smithy-typescript#2080: the policy cuts it; what counts here is that nothing overflows. */
    @Test
    void absurdDelayIsTheLongest() {
        assertThat(retryAfter("9".repeat(40)).delayNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(retryAfter("9223372037").delayNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(Pushback.retryAfterMillis("99999999999999999999").delayNanos())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(retryAfter("9".repeat(65))).isSameAs(Pushback.none());
    }

    /** openai/openai-java#1026: dates at the ends of what a date can be. */
    @Test
    void extremeDatesDoNotOverflow() {
        String latest = "Fri, 31 Dec 9999 23:59:59 GMT";

        assertThat(retryAfter(latest).delayNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(retryAfter("+999999999-12-31T23:59:59Z")).isSameAs(Pushback.none());
        assertThat(Pushback.retryAfter(latest, null, Instant.MIN).delayNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(Pushback.retryAfter(latest, null, Instant.MAX).delayNanos()).isZero();
        assertThat(Pushback.retryAfter("Friday, 31-Dec-99 23:59:59 GMT", null, Instant.MAX))
                .isSameAs(Pushback.none());
    }

    /** opensearch-project/data-prepper#6927: a fraction that is dropped is an early burst. */
    @Test
    void fractionIsNotDropped() {
        assertThat(retryAfter("0.9").delayNanos()).isEqualTo(900_000_000L);
        assertThat(Pushback.retryAfterMillis("0.0000001").delayNanos()).isEqualTo(1);
    }

    @Test
    void dateIsTakenRelativeToTheDateOfTheResponse() {
        String until = "Mon, 03 Jun 2019 11:30:12 GMT";

        assertThat(Pushback.retryAfter(until, "Mon, 03 Jun 2019 11:30:00 GMT", NOW))
                .isEqualTo(Pushback.delay(Duration.ofSeconds(12)));
        assertThat(Pushback.retryAfter(until, "junk", NOW)).isEqualTo(Pushback.delay(Duration.ofSeconds(1812)));
        assertThat(Pushback.retryAfter("5", "Mon, 03 Jun 2019 11:30:00 GMT", NOW))
                .isEqualTo(Pushback.delay(Duration.ofSeconds(5)));
    }

    @Test
    void shortFormReadsTheClockForDatesAlone() {
        assertThat(Pushback.retryAfter("5")).isEqualTo(Pushback.delay(Duration.ofSeconds(5)));
        assertThat(Pushback.retryAfter(null)).isSameAs(Pushback.none());
        assertThat(Pushback.retryAfter("Sun, 06 Nov 1994 08:49:37 GMT")).isEqualTo(Pushback.delay(Duration.ZERO));
    }

    @Test
    void centuryOfATwoDigitYearIsThatWithinFiftyYearsAhead() {
        assertThat(HttpDate.parse("Monday, 03-Jun-69 00:00:00 GMT", NOW)).isEqualTo("2069-06-03T00:00:00Z");
        assertThat(HttpDate.parse("Monday, 03-Jun-70 00:00:00 GMT", NOW)).isEqualTo("1970-06-03T00:00:00Z");
        Instant late = Instant.parse("2096-01-01T00:00:00Z");
        assertThat(HttpDate.parse("Monday, 03-Jun-03 00:00:00 GMT", late)).isEqualTo("2103-06-03T00:00:00Z");
    }

    @ParameterizedTest(name = "retry-after-ms: {0} is {1} ns")
    @CsvSource({"0, 0", "1, 1000000", "1500.25, 1500250000", "' 20 ', 20000000"})
    void millisecondsAreRead(String value, long expected) {
        assertThat(Pushback.retryAfterMillis(value).delayNanos()).isEqualTo(expected);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"-1", "soon", "1.5", "5.", "Mon, 03 Jun 2019 11:30:12 GMT", "+5"})
    void unreadableAmzRetryAfterAsksForNothing(@Nullable String value) {
        assertThat(Pushback.amzRetryAfter(value)).isSameAs(Pushback.none());
    }

    @Test
    void amzRetryAfterIsMilliseconds() {
        assertThat(Pushback.amzRetryAfter("1500")).isEqualTo(Pushback.delay(Duration.ofMillis(1500)));
        assertThat(Pushback.amzRetryAfter("0")).isEqualTo(Pushback.delay(Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", " ", "xxx", "1.5", "2147483648", "-2147483649", "99999999999999999999", " 5"})
    void unreadableGrpcPushbackAsksForNoFurtherAttempt(String value) {
        assertThat(Pushback.grpc(value)).isSameAs(Pushback.doNotRetry());
    }

    @Test
    void grpcPushbackIsMilliseconds() {
        assertThat(Pushback.grpc(null)).isSameAs(Pushback.none());
        assertThat(Pushback.grpc("0")).isEqualTo(Pushback.delay(Duration.ZERO));
        assertThat(Pushback.grpc("2147483647")).isEqualTo(Pushback.delay(Duration.ofMillis(Integer.MAX_VALUE)));
    }

    @Test
    void negativeDelayIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pushback.delay(Duration.ofMillis(-1)))
                .withMessage("delay: PT-0.001S (expected: >= PT0S)");
    }

    @Test
    void valuesAreEqualByWhatTheyAsk() {
        Pushback second = Pushback.delay(Duration.ofSeconds(1));

        assertThat(second).isEqualTo(Pushback.retryAfter("1")).hasSameHashCodeAs(Pushback.retryAfter("1"));
        assertThat(second).isNotEqualTo(Pushback.none()).isNotEqualTo("1");
        assertThat(Pushback.none()).isNotEqualTo(Pushback.doNotRetry()).isNotEqualTo(second);
        assertThat(Pushback.none().hashCode())
                .isNotEqualTo(Pushback.doNotRetry().hashCode());
        assertThat(second).hasToString("delay PT1S");
        assertThat(Pushback.none()).hasToString("none");
        assertThat(Pushback.doNotRetry()).hasToString("do not retry");
    }
}
