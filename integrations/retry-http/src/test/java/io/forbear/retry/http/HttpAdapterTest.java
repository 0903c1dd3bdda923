package io.forbear.retry.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What adapters to HTTP clients do with a {@code Retry}. */
class HttpAdapterTest {

    private final Retry retry = orders(RetryPolicy.builder());

    private static Retry orders(RetryPolicy.Builder policy) {
        return Retries.named("orders")
                .policy(policy.backoff(Backoff.none()).build())
                .build();
    }

    @AfterEach
    void closes() {
        retry.close();
    }

    private static String none(String header) {
        return null;
    }

    @Test
    void theViewFitsTheRequest() {
        HttpAdapter adapter = HttpAdapter.of(retry);

        assertThat(adapter.view("GET", HttpAdapterTest::none, true)).isSameAs(retry);
        assertThat(adapter.view("POST", Map.of("Idempotency-Key", "7")::get, true))
                .isSameAs(retry);
        assertThat(adapter.view("POST", HttpAdapterTest::none, true).options().idempotentOr(true))
                .isFalse();
        assertThat(adapter.view("GET", HttpAdapterTest::none, false).options().isRepeatable())
                .isFalse();
    }

    @Test
    void theUsersWordGoesBeforeTheMethod() {
        Retry said = retry.with(CallOptions.defaults().idempotent());

        assertThat(HttpAdapter.of(said).view("POST", HttpAdapterTest::none, true))
                .isSameAs(said);
    }

    @Test
    void theAttemptIsThatOfTheCallOrOfTheCallerUpstream() {
        Retry upstream = retry.with(CallOptions.defaults().upstreamAttempt(3));

        assertThat(HttpAdapter.attempt(retry)).isEqualTo(1);
        assertThat(HttpAdapter.attempt(upstream)).isEqualTo(3);
        assertThat(HttpAdapter.attemptValue(2, null)).isEqualTo("2");
        assertThat(HttpAdapter.attemptValue(2, "5")).isEqualTo("5");
        assertThat(HttpAdapter.attemptValue(2, "many")).isEqualTo("2");
    }

    @Test
    void theTimeoutIsTheShorterAndNeverZero() {
        Duration second = Duration.ofSeconds(1);

        assertThat(HttpAdapter.timeout(second, null)).isEqualTo(second);
        assertThat(HttpAdapter.timeout(second, Duration.ZERO)).isEqualTo(second);
        assertThat(HttpAdapter.timeout(second, Duration.ofSeconds(2))).isEqualTo(second);
        assertThat(HttpAdapter.timeout(second, Duration.ofMillis(2))).isEqualTo(Duration.ofMillis(2));
        assertThat(HttpAdapter.timeout(Duration.ZERO, null)).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void aRuleOfThePolicyGoesBeforeTheStatus() {
        Classification busy = Classification.of(ErrorCategory.TRANSIENT);
        Retry ruled = orders(RetryPolicy.builder().classifyResult(String.class, text -> switch (text) {
            case "busy" -> busy;
            case "fine" -> Classification.success();
            case "broken" -> throw new IllegalStateException("rule");
            case "missing" -> throw new NoClassDefFoundError("of the rule");
            default -> null;
        }));

        assertThat(HttpAdapter.failure(ruled, "busy", 200, HttpAdapterTest::none))
                .isEqualTo(busy);
        assertThat(HttpAdapter.failure(ruled, "fine", 500, HttpAdapterTest::none))
                .isNull();
        assertThat(HttpAdapter.failure(ruled, "broken", 500, HttpAdapterTest::none))
                .isNull();
        assertThat(HttpAdapter.failure(ruled, "missing", 500, HttpAdapterTest::none))
                .isNull();
        assertThat(HttpAdapter.failure(ruled, "other", 500, HttpAdapterTest::none))
                .extracting(Classification::category)
                .isEqualTo(ErrorCategory.SERVER_ERROR);
        assertThat(HttpAdapter.failure(ruled, "other", 200, HttpAdapterTest::none))
                .isNull();
        ruled.close();
    }

    @Test
    void aTimeoutOfTheEngineIsOneOfTheClient() {
        TimeoutException timeout = new TimeoutException("attempt 2");
        IllegalStateException note = new IllegalStateException("note");
        timeout.addSuppressed(note);

        Throwable seen = HttpAdapter.of(retry).failureOfCall(timeout, SocketTimeoutException::new);

        assertThat(seen)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("attempt 2")
                .hasCause(timeout)
                .hasSuppressedException(note);
    }
}
