package io.forbear.retry.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.testsupport.Vectors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The published flows of gRPC's own retries, made by the adapter over a real channel: attempts counted at the server,
 * waits on virtual time.
 */
class FlowVectorsTest extends GrpcTestBase {

    private static final Set<String> FLOWS = Set.of("java_exp_backoff_cap_max_attempts", "java_pushback_empty");
    private static final Set<String> TABLE = Set.of("go_unary_table");
    private static final int REQUESTS = 20;

    @TestFactory
    Stream<DynamicTest> attemptsAndWaits() throws Exception {
        return Vectors.tests("g3_grpc_a6/retry_flow_and_pushback.json", FLOWS::contains, FLOWS.size(), one -> {
            JsonNode given = one.get("given");
            int requests = server.received().size();
            int waits = time.scheduler().delays().size();
            for (JsonNode failure : one.get("failures")) {
                boolean plain = failure.isTextual();
                Code code = Code.valueOf(
                        plain ? failure.asText() : failure.get("status").asText());
                server.script(CountingServer.status(
                        code, plain ? null : failure.get("pushback_ms").asText()));
            }
            Channel channel = channel(retry(given).build());

            failure(channel, Calls.FIND);

            List<Duration> delays = new ArrayList<>();
            for (JsonNode delay : one.get("expect").path("delays_s")) {
                delays.add(Duration.ofSeconds(delay.asLong()));
            }
            assertThat(time.scheduler()
                            .delays()
                            .subList(waits, time.scheduler().delays().size()))
                    .isEqualTo(delays);
            assertThat(server.received().size() - requests)
                    .isEqualTo(one.get("expect").get("committed_after_attempt").asInt());
        });
    }

    @TestFactory
    Stream<DynamicTest> tableOfUnaryCalls() throws Exception {
        return Vectors.tests("g3_grpc_a6/retry_flow_and_pushback.json", TABLE::contains, TABLE.size(), one -> {
            for (int i = 0; i < REQUESTS; i++) {
                boolean ok = Set.of(0, 2, 5).contains(i);
                Code code = Set.of(6, 8, 11).contains(i) ? Code.INTERNAL : Code.ALREADY_EXISTS;
                server.script(ok ? CountingServer.ok("done") : CountingServer.status(code));
            }
            Channel channel = channel(retry(one.get("given")).build());
            for (JsonNode step : one.get("steps")) {
                Future<String> future = start(channel, Calls.FIND, CallOptions.DEFAULT);
                Code code;
                try {
                    end(future);
                    code = Code.OK;
                } catch (StatusRuntimeException failed) {
                    code = failed.getStatus().getCode();
                }
                assertThat(code).isEqualTo(Code.valueOf(step.get("outcome").asText()));
                assertThat(server.received())
                        .hasSize(step.get("last_server_index").asInt() + 1);
            }
        });
    }

    private io.forbear.retry.core.Retries.Builder retry(JsonNode given) {
        Set<String> retryable = new java.util.HashSet<>();
        given.get("retryable").forEach(code -> retryable.add(code.asText()));
        ErrorClassifier listed = ErrorClassifier.builder()
                .on(
                        StatusRuntimeException.class,
                        thrown ->
                                retryable.contains(thrown.getStatus().getCode().name())
                                        ? Classification.of(ErrorCategory.TRANSIENT)
                                        : Classification.of(ErrorCategory.CLIENT_ERROR))
                .build();
        Backoff backoff = given.has("initial_backoff_s")
                ? Backoff.exponential(
                                Duration.ofSeconds(
                                        given.get("initial_backoff_s").asLong()),
                                Duration.ofSeconds(given.get("max_backoff_s").asLong()))
                        .multiplier(given.get("multiplier").asDouble())
                        .jitter(Jitter.none())
                : Backoff.none();
        return service(RetryPolicy.builder()
                .maxAttempts(given.get("max_attempts").asInt())
                .backoff(backoff)
                .classifier(listed));
    }
}
