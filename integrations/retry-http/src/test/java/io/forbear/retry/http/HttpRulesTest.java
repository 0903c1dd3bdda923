package io.forbear.retry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.Pushback;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRulesTest {

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final Function<String, @Nullable String> NONE = name -> null;

    private static Function<String, @Nullable String> headers(String... namesAndValues) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return all::get;
    }

    /** Seconds that a rate limit asks for, -1 for none. */
    private static long limited(String... namesAndValues) {
        Pushback asked = HttpRules.pushback(true, headers(namesAndValues), NOW);
        return asked.isNone()
                ? -1
                : asked.delayNanos() == Long.MAX_VALUE ? Long.MAX_VALUE : asked.delayNanos() / 1_000_000_000;
    }

    @Test
    void aResponseThatIsNoFailureHasNoHeaderRead() {
        Function<String, @Nullable String> unread = name -> {
            throw new AssertionError(name);
        };

        assertThat(HttpRules.classify(200, unread)).isEqualTo(Classification.success());
        assertThat(HttpRules.classify(304, unread)).isEqualTo(Classification.success());
    }

    @ParameterizedTest
    @CsvSource({
        "408, TIMEOUT",
        "429, RATE_LIMIT",
        "500, SERVER_ERROR",
        "503, SERVER_ERROR",
        "404, CLIENT_ERROR",
        "421, TRANSIENT"
    })
    void theStatusSaysTheCategory(int status, ErrorCategory category) {
        assertThat(HttpRules.classify(status, NONE)).isEqualTo(Classification.ofHttpStatus(status));
        assertThat(HttpRules.classify(status, NONE).category()).isEqualTo(category);
    }

    @Test
    void a403WithoutAnythingLeftIsARateLimit() {
        Classification found =
                HttpRules.classify(403, headers("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "30"));

        assertThat(found.category()).isEqualTo(ErrorCategory.RATE_LIMIT);
        assertThat(found.pushbackNanos()).isEqualTo(30_000_000_000L);
        assertThat(HttpRules.classify(403, headers("X-RateLimit-Remaining", "5"))
                        .category())
                .isEqualTo(ErrorCategory.CLIENT_ERROR);
        assertThat(HttpRules.pushback(403, headers("RateLimit-Remaining", "0", "RateLimit-Reset", "3")))
                .isEqualTo(Pushback.delay(Duration.ofSeconds(3)));
    }

    @Test
    void a403Or413ThatNamesADelayIsARateLimit() {
        assertThat(HttpRules.classify(413, headers("Retry-After", "7")))
                .isEqualTo(Classification.of(ErrorCategory.RATE_LIMIT).pushback(Duration.ofSeconds(7)));
        assertThat(HttpRules.classify(403, headers("Retry-After", "60", "X-RateLimit-Remaining", "5"))
                        .category())
                .isEqualTo(ErrorCategory.RATE_LIMIT);
        assertThat(HttpRules.classify(413, headers()).category()).isEqualTo(ErrorCategory.CLIENT_ERROR);
        assertThat(HttpRules.classify(403, headers("Retry-After", "soon")).category())
                .isEqualTo(ErrorCategory.CLIENT_ERROR);
    }

    @Test
    void theFirstHeaderThatCanBeReadDecides() {
        assertThat(limited("grpc-retry-pushback-ms", "3000", "Retry-After", "9"))
                .isEqualTo(3);
        assertThat(limited("retry-after-ms", "4000", "Retry-After", "9")).isEqualTo(4);
        assertThat(limited("x-ms-retry-after-ms", "5000", "Retry-After", "9")).isEqualTo(5);
        assertThat(limited("x-amz-retry-after", "6000", "Retry-After", "9")).isEqualTo(6);
        assertThat(limited("retry-after-ms", "soon", "Retry-After", "9")).isEqualTo(9);
        assertThat(limited("Retry-After", "9", "RateLimit-Reset", "7")).isEqualTo(9);
        assertThat(limited("Retry-After", "soon", "RateLimit-Reset", "7")).isEqualTo(7);
    }

    @Test
    void aServerMayAskForNoFurtherAttempt() {
        assertThat(HttpRules.classify(503, headers("grpc-retry-pushback-ms", "-1"))
                        .isDoNotRetry())
                .isTrue();
    }

    @Test
    void retryAfterIsReadInEveryForm() {
        String date = "Wed, 04 Mar 2026 05:06:07 GMT";

        assertThat(limited("Retry-After", "0")).isZero();
        assertThat(limited("Retry-After", "Wed, 04 Mar 2026 05:06:17 GMT", "Date", date))
                .isEqualTo(10);
        assertThat(limited("Retry-After", "Wed, 04 Mar 2026 05:00:00 GMT", "Date", date))
                .as("in the past")
                .isZero();
        assertThat(limited("Retry-After", "99999999999999999999")).as("huge").isEqualTo(Long.MAX_VALUE);
        assertThat(limited("Retry-After", "-5")).isEqualTo(-1);
        assertThat(limited("Retry-After", "")).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=100, remaining=0, reset=30               | 30",
                "limit=100, remaining=3, reset=30               | -1",
                "limit=100, reset=30                            | 30",
                "\"default\";r=0;t=12                           | 12",
                "\"default\";r=5;t=12                           | -1",
                "\"burst\";r=0;t=5, \"daily\";r=9;t=3600        | 5",
                "\"burst\";r=0;t=5, \"daily\";r=0;t=3600        | 3600",
                "\"a;r=1,t=2\";r=0;t=7                          | 7",
                "nonsense                                       | -1",
                "reset=                                         | -1",
            })
    void theDraftsOfRateLimitAreRead(String header, long seconds) {
        assertThat(limited("RateLimit", header)).isEqualTo(seconds);
    }

    @Test
    void aResetIsADistanceOrATime() {
        assertThat(limited("X-RateLimit-Reset", "60")).isEqualTo(60);
        assertThat(limited("X-RateLimit-Reset", "1.2")).as("rounded up").isEqualTo(2);
        assertThat(limited("X-RateLimit-Reset", Long.toString(NOW.getEpochSecond() + 42)))
                .isEqualTo(42);
        assertThat(limited("X-RateLimit-Reset", Long.toString(NOW.toEpochMilli() + 42_000)))
                .isEqualTo(42);
        assertThat(limited("X-RateLimit-Reset", Long.toString(NOW.getEpochSecond() - 42)))
                .as("in the past")
                .isZero();
        assertThat(limited("X-Rate-Limit-Reset", "8")).isEqualTo(8);
        assertThat(limited("X-RateLimit-Reset", "8", "X-RateLimit-Remaining", "1"))
                .as("something is left")
                .isEqualTo(-1);
        assertThat(limited("RateLimit-Reset", "8", "RateLimit-Remaining", "0")).isEqualTo(8);
    }

    @Test
    void aTimeOfAServerWhoseClockIsWrongIsComparedWithItsOwnDate() {
        String reset = Long.toString(Instant.parse("2030-01-01T00:00:05Z").getEpochSecond());

        assertThat(limited("X-RateLimit-Reset", reset, "Date", "Tue, 01 Jan 2030 00:00:00 GMT"))
                .isEqualTo(5);
    }

    @Test
    void limitsAreNotReadOfAnotherFailure() {
        assertThat(HttpRules.classify(503, headers("RateLimit-Reset", "60")).pushbackNanos())
                .isNegative();
    }

    @Property(tries = 500)
    void noHeaderMakesItThrow(@ForAll String value, @ForAll("names") String name) {
        assertThatCode(() -> HttpRules.classify(429, headers(name, value))).doesNotThrowAnyException();
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<String> names() {
        return net.jqwik.api.Arbitraries.of(
                "Retry-After", "RateLimit", "RateLimit-Reset", "X-RateLimit-Reset", "grpc-retry-pushback-ms", "Date");
    }

    @Property(tries = 500)
    void aNumberOfSecondsIsReadAsSuch(@ForAll @net.jqwik.api.constraints.IntRange(min = 0) int seconds) {
        long expected = seconds < 1_000_000_000 ? seconds : Math.max(0, seconds - NOW.getEpochSecond());

        assertThat(limited("X-RateLimit-Reset", Integer.toString(seconds))).isEqualTo(expected);
        assertThat(limited("RateLimit-Reset", Integer.toString(seconds))).isEqualTo(seconds);
        assertThat(limited("RateLimit", "limit=1, remaining=0, reset=" + seconds))
                .isEqualTo(seconds);
        assertThat(limited("RateLimit", "\"x\";q=1;r=0;t=" + seconds)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"})
    void idempotentMethodsMayBeRepeated(String method) {
        assertThat(HttpRules.isIdempotent(method, NONE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "get", "LOCK"})
    void otherMethodsMayWithAKeyOnly(String method) {
        assertThat(HttpRules.isIdempotent(method, NONE)).isFalse();
        assertThat(HttpRules.isIdempotent(method, headers("Idempotency-Key", " ")))
                .isFalse();
        assertThat(HttpRules.isIdempotent(method, headers("Idempotency-Key", "7")))
                .isTrue();
    }
}
