package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Whatever a server or an exception writes, reading it ends in an answer. */
class ReadingPropertiesTest {

    private static final Instant NOW = Instant.parse("2019-06-03T11:00:00Z");

    private static Pushback retryAfter(String value) {
        return Pushback.retryAfter(value, null, NOW);
    }

    @Property
    void everyMessageIsAnsweredFor(@ForAll String message) {
        assertThat(DefaultErrorClassifier.INSTANCE.classify(new RuntimeException(message)))
                .isNotNull();
        assertThat(DefaultErrorClassifier.INSTANCE.classify(new IOException(message)))
                .isNotNull();
    }

    @Property
    void everyTextIsReadWithoutAnException(@ForAll String text) {
        assertThat(retryAfter(text).isDoNotRetry()).isFalse();
        assertThat(Pushback.retryAfter("5", text, NOW).delayNanos()).isEqualTo(5_000_000_000L);
        assertThat(Pushback.retryAfterMillis(text).isDoNotRetry()).isFalse();
        assertThat(Pushback.amzRetryAfter(text).isDoNotRetry()).isFalse();
        assertThat(Pushback.grpc(text).isNone()).isFalse();
    }

    @Property
    void everyNumberOfSecondsIsExactOrTheLongest(@ForAll @LongRange(min = 0) long seconds) {
        assertThat(retryAfter(Long.toString(seconds))).isEqualTo(Pushback.delay(Duration.ofSeconds(seconds)));
    }

    @Property
    void everyDateOfTheComingYearIsExact(@ForAll @LongRange(min = 0, max = 31_536_000) long seconds) {
        Instant until = NOW.plusSeconds(seconds);
        String fixdate = DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atOffset(ZoneOffset.UTC));

        assertThat(retryAfter(fixdate)).isEqualTo(Pushback.delay(Duration.ofSeconds(seconds)));
    }
}
