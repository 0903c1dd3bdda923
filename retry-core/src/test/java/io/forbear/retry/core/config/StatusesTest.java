package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.FailedResult;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.Pushback;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP statuses that text names, to be retried or never to be. */
class StatusesTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "base-delay",
            "1ms",
            "max-delay",
            "1ms",
            "retry-on-status",
            "409, 501",
            "never-on-status",
            "503",
            "retry-budget",
            "unlimited",
            "circuit-breaker",
            "off");

    private static int attempts(Retry retry, Exception failure) {
        AtomicInteger attempts = new AtomicInteger();
        try {
            retry.call(() -> {
                attempts.incrementAndGet();
                throw failure;
            });
        } catch (Exception thrown) {
            assertThat(thrown).satisfiesAnyOf(each -> assertThat(each).isSameAs(failure), each -> assertThat(each)
                    .isInstanceOf(FailedResultException.class));
        }
        return attempts.get();
    }

    private static FailedResult answered(int status) {
        return new FailedResult(status, Classification.ofHttpStatus(status));
    }

    @Test
    void aStatusIsRetriedOrNotAsItIsWrittenWhateverItsCategory() {
        try (RetryRegistry registry = RetryRegistry.load(SETTINGS)) {
            Retry retry = registry.get("orders");

            assertThat(attempts(retry, answered(409))).as("a CLIENT_ERROR").isEqualTo(3);
            assertThat(attempts(retry, answered(501)))
                    .as("not retryable by itself")
                    .isEqualTo(3);
            assertThat(attempts(retry, answered(503))).isEqualTo(1);
            assertThat(attempts(retry, answered(500))).isEqualTo(3);
            assertThat(attempts(retry, answered(404))).isEqualTo(1);
            assertThat(retry.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(2);
        }
    }

    @Test
    void theStatusInAMessageCountsToo() {
        try (RetryRegistry registry = RetryRegistry.load(SETTINGS)) {
            Retry retry = registry.get("orders");

            assertThat(attempts(retry, new RuntimeException("409 Conflict: on PUT")))
                    .isEqualTo(3);
            assertThat(attempts(retry, new RuntimeException(new RuntimeException("HTTP 503"))))
                    .isEqualTo(1);
            assertThat(attempts(retry, new RuntimeException("HTTP 500"))).isEqualTo(3);
        }
    }

    @Test
    void aServerThatWantsNoFurtherCallHasItsWay() {
        Retry retry = Retries.named("orders")
                .policy(RetryPolicy.builder().retryOnStatus(409).build())
                .build();

        assertThat(attempts(
                        retry,
                        new FailedResult(409, Classification.ofHttpStatus(409).pushback(Pushback.doNotRetry()))))
                .isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.PUSHED_BACK)).isEqualTo(1);
        retry.close();
    }

    @Test
    void rangesAndClassesAreRead() {
        assertThat(Statuses.parse("409, 500-503, 5XX")).hasSize(101).contains(409, 500, 503, 599);
        assertThat(Statuses.write(new TreeSet<>(Set.of(503, 409, 504, 429)))).isEqualTo("409, 429, 503-504");
    }

    @ParameterizedTest
    @ValueSource(strings = {"399", "600", "3xx", "503-500", "409,", "", "50", "4000", "409;410", "-409"})
    void whatIsNoStatusOfAFailureIsRefused(String text) {
        assertThatThrownBy(() -> RetryConfig.of(Map.of("service.orders.retry-on-status", text)))
                .hasMessage("service.orders.retry-on-status: " + text
                        + " (expected: HTTP statuses from 400 to 599 such as 409, 500-504 or 5xx,"
                        + " separated by commas)");
    }

    @Test
    void aStatusCannotBeBoth() {
        assertThatThrownBy(() -> RetryConfig.of(Map.of("retry-on-status", "4xx", "never-on-status", "404, 409, 500")))
                .hasMessage("never-on-status: 404, 409, 500 (expected: none of the statuses that retry-on-status has:"
                        + " 404, 409)");
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadAgain(@ForAll @NotEmpty Set<@IntRange(min = 400, max = 599) Integer> statuses) {
        assertThat(Statuses.parse(Statuses.write(statuses))).isEqualTo(statuses);
    }

    @Test
    void theBuilderRefusesWhatIsNoStatusAndTheLaterOfTwoHolds() {
        assertThatThrownBy(() -> Retries.named("orders")
                        .policy(RetryPolicy.builder().retryOnStatus(409, 200).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("status: 200");
        Retry retry = Retries.named("orders")
                .policy(RetryPolicy.builder()
                        .retryOnStatus(503, 409)
                        .neverOnStatus(503)
                        .build())
                .build();

        assertThat(retry.policy().retryableByStatus()).isEqualTo(Map.of(409, true, 503, false));
        assertThat(retry.policy().isRetryable(Classification.ofHttpStatus(409))).isTrue();
        assertThat(retry.policy().isRetryable(Classification.ofHttpStatus(503))).isFalse();
        assertThat(retry.policy().isRetryable(Classification.ofHttpStatus(404))).isFalse();
        retry.close();
    }
}
