package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.testsupport.Vectors;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Published cases on what may be retried: HTTP and gRPC status codes, exceptions, methods. */
class StatusVectorsTest {

    private static final List<String> GRPC = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    private static final Map<String, Throwable> EXCEPTIONS = Map.of(
            "SocketTimeoutException", new SocketTimeoutException(),
            "ConnectException", new ConnectException(),
            "NoRouteToHostException", new NoRouteToHostException(),
            "UnknownHostException", new UnknownHostException(),
            "request aborted", new CancellationException(),
            "IOException", new IOException(),
            "read timeout", new SocketTimeoutException(),
            "ECONNREFUSED", new ConnectException(),
            "ECONNABORTED (client time-out)", new SocketTimeoutException());

    /** Cases that ours does not follow; docs/internals/vectors.md has the reasons. */
    private static final Set<String> RETRIED_BY_OURS = Set.of(
            "axios_econnaborted",
            "hc5_status_500",
            "hc5_no_retry_sockettimeoutexception",
            "hc5_no_retry_connectexception",
            "hc5_no_retry_noroutetohostexception",
            "hc5_no_retry_unknownhostexception");

    private static boolean retried(@Nullable Classification found, boolean idempotent) {
        return found != null
                && found.isRetryable(RetryPolicy.defaults().isRetryable(found.category()))
                && (idempotent || found.isNotExecuted());
    }

    private static boolean statusRetried(int status) {
        return retried(Classification.ofHttpStatus(status), true);
    }

    private static boolean failureRetried(Throwable failure, boolean idempotent) {
        return retried(ErrorClassifier.defaults().classify(failure), idempotent);
    }

    @TestFactory
    Stream<DynamicTest> grpcStatus() {
        return Vectors.tests(
                "g2_error_classification/grpc_status_retryability.json",
                id -> id.startsWith("aip194"),
                11,
                one -> assertThat(retried(
                                Classification.ofGrpcStatus(
                                        GRPC.indexOf(one.at("/input/status").asText())),
                                true))
                        .isEqualTo(one.at("/expect/retry_by_default").asBoolean()));
    }

    @TestFactory
    Stream<DynamicTest> httpMethodsStatusAndExceptions() {
        return Vectors.tests("g2_error_classification/http_idempotency_and_status.json", id -> true, 28, this::http);
    }

    private void http(JsonNode one) {
        String id = one.get("id").asText();
        JsonNode input = one.path("input");
        if (id.startsWith("urllib3_counters")) {
            counters(one);
        } else if (input.path("status").isInt()) {
            boolean byStatus = statusRetried(input.get("status").asInt());
            assertThat(byStatus).isEqualTo(one.at("/expect/0").asBoolean() || RETRIED_BY_OURS.contains(id));
            RetryPolicy policy = RetryPolicy.builder().maxAttempts(4).build();
            assertThat(policy.maxAttempts(ErrorCategory.SERVER_ERROR, Criticality.NORMAL))
                    .isEqualTo(input.get("execution").size());
        } else if (id.equals("urllib3_any_method")) {
            assertThat(statusRetried(500)).isTrue();
        } else if (input.isArray()) {
            for (int i = 0; i < input.size(); i++) {
                assertThat(statusRetried(input.get(i).asInt()))
                        .isEqualTo(one.get("expect").get(i).asBoolean());
            }
        } else {
            exchange(one, id, input);
        }
    }

    private static void exchange(JsonNode one, String id, JsonNode input) {
        String method = input.get("method").asText().toLowerCase(java.util.Locale.ROOT);
        boolean safeOnly = input.has("condition");
        boolean idempotent = safeOnly ? Set.of("get", "head", "options").contains(method) : !method.equals("post");
        boolean expected = one.at("/expect/retry").asBoolean() || RETRIED_BY_OURS.contains(id);
        String what = input.path("exception").asText(input.path("failure").asText());
        if (EXCEPTIONS.containsKey(what)) {
            assertThat(failureRetried(EXCEPTIONS.get(what), idempotent)).isEqualTo(expected);
        } else {
            assertThat(retried(Classification.ofHttpStatus(503), idempotent)).isEqualTo(expected);
            assertThat(failureRetried(new SocketException(), idempotent)).isEqualTo(expected);
        }
    }

    /** A counter of n retries by kind is a limit of n + 1 attempts for its category. */
    private static void counters(JsonNode one) {
        RetryPolicy.Builder policy = RetryPolicy.builder().maxAttempts(Integer.MAX_VALUE);
        Map<String, ErrorCategory> categories = Map.of(
                "connect", ErrorCategory.NETWORK_ERROR,
                "read", ErrorCategory.TIMEOUT,
                "other", ErrorCategory.TRANSIENT,
                "status", ErrorCategory.CLIENT_ERROR,
                "status 400", ErrorCategory.CLIENT_ERROR);
        one.get("given").properties().forEach(limit -> {
            if (limit.getKey().equals("total") && !limit.getValue().isNull()) {
                policy.maxAttempts(limit.getValue().asInt() + 1);
            } else if (!limit.getKey().equals("total")) {
                policy.on(categories.get(limit.getKey()), p -> p.retryable(true)
                        .maxAttempts(limit.getValue().asInt() + 1));
            }
        });
        JsonNode sequence = one.get("sequence");
        ErrorCategory last = categories.get(sequence.get(sequence.size() - 1).asText());
        boolean exhausted = sequence.size() >= policy.build().maxAttempts(last, Criticality.NORMAL);
        assertThat(exhausted).isEqualTo(!one.get("expect").asText().equals("not exhausted"));
    }

    @TestFactory
    Stream<DynamicTest> awsRowsByExceptionAlone() {
        RuntimeException cyclic = new RuntimeException("a");
        cyclic.initCause(new RuntimeException("b", cyclic));
        Map<String, Throwable> failures = Map.of(
                "go_conn_reset_nested", new Exception(new IOException("connection reset")),
                "go_url_error_refused", new RuntimeException("url", new ConnectException("Connection refused")),
                "ts_cyclic_cause", cyclic,
                "kt_policy_unknown", new IllegalArgumentException());
        return Vectors.tests("g2_error_classification/aws_error_classification.json", failures::containsKey, 4, one -> {
            String id = one.get("id").asText();
            assertThat(failureRetried(failures.get(id), true)).isEqualTo(!id.equals("kt_policy_unknown"));
        });
    }

    /** Of Envoy's conditions, those that name what our default policy retries. */
    @TestFactory
    Stream<DynamicTest> envoyConditionsOfTheDefaultPolicy() {
        Set<String> ids = Set.of(
                "envoy_policy_5xx_503",
                "envoy_policy_5xx_reset",
                "envoy_policy_gateway_502",
                "envoy_policy_gateway_503",
                "envoy_policy_gateway_reset",
                "envoy_policy_grpc_unavailable",
                "envoy_policy_connect_failure",
                "envoy_policy_5xx_200_then_reset");
        return Vectors.tests("g2_error_classification/envoy_retry_policy.json", ids::contains, 8, one -> {
            RetryPolicy policy = RetryPolicy.builder().maxAttempts(2).build();
            int attempt = 1;
            for (int i = 0; i < one.get("events").size(); i++) {
                Classification found = envoy(one.get("events").get(i).asText());
                String expected = one.get("expect").get(i).asText();
                assertThat(retried(found, true)).isEqualTo(!expected.equals("no"));
                if (found != null && !found.isSuccess()) {
                    boolean limit = attempt++ >= policy.maxAttempts(found.category(), Criticality.NORMAL);
                    assertThat(limit).isEqualTo(expected.equals("limit"));
                }
            }
        });
    }

    private static @Nullable Classification envoy(String event) {
        return switch (event) {
            case "reset:remote_reset" -> ErrorClassifier.defaults().classify(new SocketException("Connection reset"));
            case "reset:connect_failure" -> ErrorClassifier.defaults().classify(new ConnectException());
            case "status:200 grpc-status:14" -> Classification.ofGrpcStatus(14);
            default -> Classification.ofHttpStatus(Integer.parseInt(event.substring("status:".length())));
        };
    }
}
