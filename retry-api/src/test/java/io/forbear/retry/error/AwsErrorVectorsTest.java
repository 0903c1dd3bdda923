package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.testsupport.Vectors;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Published cases on the errors of AWS, as far as they can be told without the SDK's types: by the status, or by the
 * status and the error code that a message names together, or by the type of the exception. Where that is not enough,
 * the case is in a list of those that differ.
 */
class AwsErrorVectorsTest {

    private static final String STANDARD = "g2_error_classification/aws_error_classification.json";

    /** Traits of a model and checksums are in no text. The last is retried, yet as throttling. */
    private static final Set<String> NOT_TOLD = Set.of(
            "bc_modeled_00_400_modeledthrottlingerror",
            "bc_modeled_02_400_errorcoderetryable",
            "special_ddb_crc_wrong",
            "bc_transient_02_400_priorrequestnotcomplete");

    /** The stand-in for an exception of an SDK. */
    private static final class AwsError extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final @Nullable String header;

        private AwsError(@Nullable String header) {
            this.header = header;
        }
    }

    static boolean retried(@Nullable Classification found) {
        return found != null && found.isRetryable(RetryPolicy.defaults().isRetryable(found.category()));
    }

    private static String kind(@Nullable Classification found) {
        return found == null || !retried(found) ? "none" : found.category() == RATE_LIMIT ? "throttling" : "transient";
    }

    private static Classification byText(String text) {
        return ErrorClassifier.defaults().classify(new RuntimeException(text));
    }

    /** By the status, and by the text of an exception that names both code and status where there is a code. */
    static Classification byStatusAndCode(int status, String code) {
        if (code.isEmpty()) {
            return Classification.ofHttpStatus(status);
        }
        return byText(code + ": see the log (Service: Example, Status Code: " + status + ", Request ID: 4f2a-500)");
    }

    static Classification byStatusAndCode(JsonNode one) {
        JsonNode input = one.get("input");
        return byStatusAndCode(
                input.get("status").asInt(),
                input.path("error_code").isTextual() ? input.get("error_code").asText() : "");
    }

    // ---- by the status

    static boolean hasStatus(JsonNode one) {
        return one.at("/input/status").isInt();
    }

    static Set<String> withStatus(String file) {
        return Set.copyOf(Vectors.each(Vectors.read(file).get("cases"))
                .filter(AwsErrorVectorsTest::hasStatus)
                .map(one -> one.get("id").asText())
                .filter(id -> !id.startsWith("rs_slowdown") && !id.startsWith("rb_") && !id.startsWith("ts_"))
                .toList());
    }

    @TestFactory
    Stream<DynamicTest> standardRowsByStatus() {
        Set<String> ids = withStatus(STANDARD);
        return Vectors.tests(STANDARD, ids::contains, 27, one -> {
            String ours = kind(byStatusAndCode(one));
            String checker = one.get("checker").asText();
            boolean matches =
                    one.at("/expect/matches").asBoolean(one.at("/expect/kind").isTextual());
            boolean same = (checker.equals("throttling") || checker.equals("transient"))
                    ? ours.equals(checker) == matches
                    : !ours.equals("none") == matches;
            String id = one.get("id").asText();
            assertThat(same).as("ours: " + ours).isEqualTo(!NOT_TOLD.contains(id));
            assertThat(same || ours.equals("none") || id.equals("bc_transient_02_400_priorrequestnotcomplete"))
                    .isTrue();
        });
    }

    // ---- by type, by text, by what an adapter says

    @TestFactory
    Stream<DynamicTest> standardRowsByTypeAndText() {
        Map<String, Runnable> checks = new HashMap<>();
        types(checks);
        codes(checks);
        headers(checks);
        statuses(checks);
        return Vectors.tests(STANDARD, checks::containsKey, 34, one -> checks.get(
                        one.get("id").asText())
                .run());
    }

    static void isRetried(Throwable... failures) {
        for (Throwable failure : failures) {
            assertThat(kind(ErrorClassifier.defaults().classify(failure)))
                    .as(failure.toString())
                    .isEqualTo("transient");
        }
    }

    private static void types(Map<String, Runnable> checks) {
        checks.put("bc_transient_09_none_connectionerror", () -> isRetried(new ConnectException()));
        checks.put("bc_modeled_04_none_connectionerror", () -> {
            Classification found = ErrorClassifier.defaults().classify(new ConnectException());
            assertThat(found.isRetryable(true)).isTrue();
            assertThat(found.isRetryable(false)).isFalse();
        });
        checks.put("rs_unreadable_response", () -> isRetried(new EOFException(), new IOException("truncated")));
        checks.put(
                "ts_socket_codes",
                () -> isRetried(
                        new SocketException("Connection reset"),
                        new ConnectException("Connection refused"),
                        new SocketException("Broken pipe"),
                        new SocketTimeoutException("connect timed out"),
                        new NoRouteToHostException("No route to host"),
                        new SocketException("Network is unreachable"),
                        new UnknownHostException("host"),
                        new UnknownHostException("host: Temporary failure in name resolution")));
        checks.put("go_send_temporary_timeout", () -> isRetried(new SocketTimeoutException("Read timed out")));
        checks.put("go_dial", () -> isRetried(new ConnectException(), new NoRouteToHostException()));
        // Theirs knows nothing of such an error and lets others say; ours is asked last, and retries.
        checks.put("go_nil_or_other", () -> isRetried(new RuntimeException("any other error")));
    }

    private static void codes(Map<String, Runnable> checks) {
        checks.put("rs_slowdown_on_200", () -> assertThat(kind(byStatusAndCode(200, "SlowDown")))
                .isEqualTo("throttling"));
        checks.put("rb_throttl_regex", () -> assertThat(kind(byStatusAndCode(404, "Throttled")))
                .isEqualTo("throttling"));
        checks.put("rb_random_404", () -> assertThat(
                        byStatusAndCode(404, "SomeRandomError").category())
                .isEqualTo(CLIENT_ERROR));
        checks.put(
                "rb_500_server",
                () -> assertThat(byStatusAndCode(500, "RandomError").category()).isEqualTo(SERVER_ERROR));
        checks.put("rb_crc", () -> isRetried(new RuntimeException("CRC32CheckFailed")));
        checks.put("rb_expired_regex", () -> isRetried(new RuntimeException("SomethingExpiredError")));
        checks.put(
                "rb_networking_codes",
                () -> isRetried(
                        new RuntimeException("RequestTimeout"),
                        new RuntimeException("RequestTimeoutException"),
                        new RuntimeException("InternalError"),
                        new RuntimeException("IDPCommunicationError")));
    }

    private static Classification said(Classification what, @Nullable String header) {
        Classification found = ErrorClassifier.builder()
                .on(AwsError.class, what)
                .pushback(AwsError.class, error -> Pushback.amzRetryAfter(error.header))
                .build()
                .classify(new RuntimeException("wrapper", new AwsError(header)));
        assertThat(found).isNotNull();
        return found;
    }

    private static void headers(Map<String, Runnable> checks) {
        checks.put("rs_slowdown_header_5000", () -> is(said(Classification.of(RATE_LIMIT), "5000"), RATE_LIMIT, 5_000));
        checks.put("rs_bare_5xx_header", () -> is(said(Classification.of(TRANSIENT), "5000"), TRANSIENT, 5_000));
        checks.put(
                "rs_keeps_previous_kind", () -> is(said(Classification.of(SERVER_ERROR), "2500"), SERVER_ERROR, 2_500));
        checks.put("rs_header_alone_does_not_make_retryable", () -> assertThat(
                        retried(said(Classification.of(CLIENT_ERROR), "5000")))
                .isFalse());
        checks.put(
                "rs_later_classifier_refines", () -> is(said(Classification.of(TRANSIENT), "5000"), TRANSIENT, 5_000));
        Classification delayed = Classification.of(TRANSIENT).pushback(Duration.ofSeconds(1));
        checks.put("rs_refiner_keeps_existing_delay", () -> is(said(delayed, "5000"), TRANSIENT, 1_000));
        Runnable retryableClientError = () -> {
            Classification found = said(Classification.of(CLIENT_ERROR).retryable(), null);
            assertThat(found.category()).isEqualTo(CLIENT_ERROR);
            assertThat(retried(found)).isTrue();
        };
        for (String id : List.of(
                "rs_modeled_client_error",
                "kt_policy_client",
                "kt_policy_client_exc",
                "ts_trait_empty",
                "ts_e2e_modeled_retryable_400")) {
            checks.put(id, retryableClientError);
        }
        checks.put("kt_policy_throttling", () -> is(said(Classification.of(RATE_LIMIT), null), RATE_LIMIT, -1));
        checks.put("ts_trait_throttling", () -> is(said(Classification.of(RATE_LIMIT), "0"), RATE_LIMIT, 0));
        checks.put("ts_no_trait", () -> assertThat(retried(said(Classification.of(CLIENT_ERROR), null)))
                .isFalse());
    }

    private static void is(Classification found, ErrorCategory category, long millis) {
        assertThat(found.category()).isEqualTo(category);
        assertThat(retried(found)).isTrue();
        assertThat(found.pushbackNanos()).isEqualTo(millis < 0 ? -1 : millis * 1_000_000);
    }

    private static void statuses(Map<String, Runnable> checks) {
        checks.put("ts_429_not_transient", () -> assertThat(kind(Classification.ofHttpStatus(429)))
                .isEqualTo("throttling"));
        for (String id : List.of("ts_5xx_not_server_error", "go_500_502")) {
            checks.put(id, () -> {
                for (int status : new int[] {500, 502, 503, 504}) {
                    assertThat(kind(Classification.ofHttpStatus(status))).isEqualTo("transient");
                }
            });
        }
        checks.put("ts_e2e_429_500_200", () -> {
            assertThat(retried(Classification.ofHttpStatus(429))).isTrue();
            assertThat(retried(Classification.ofHttpStatus(500))).isTrue();
            assertThat(Classification.ofHttpStatus(200).isSuccess()).isTrue();
        });
        checks.put("rb_endpoint_discovery_421", () -> assertThat(retried(Classification.ofHttpStatus(421)))
                .isTrue());
        checks.put("kt_policy_success", () -> assertThat(RetryPolicy.defaults().resultClassifier())
                .isNull());
    }
}
