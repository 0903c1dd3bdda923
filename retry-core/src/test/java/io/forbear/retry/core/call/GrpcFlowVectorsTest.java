package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.fixture.EngineVectors;
import io.forbear.retry.core.fixture.Flow;
import io.forbear.retry.core.fixture.Flow.Outcome;
import io.forbear.retry.core.fixture.Flow.Shell;
import io.forbear.retry.core.fixture.Flow.Step;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.Pushback;
import io.forbear.retry.testsupport.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** gRFC A6 against the engine: which attempts follow which, and when. The draws of the cases give a factor of 1. */
class GrpcFlowVectorsTest {

    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final List<String> STATUS = List.of("INTERNAL", "UNAVAILABLE", "DATA_LOSS", "ALREADY_EXISTS");
    private static final int[] NUMBERS = {INTERNAL, UNAVAILABLE, 15, 6};

    /** Hedging, which ours does not do; and a formula that no attempt is made for. */
    private static final Set<String> ELSEWHERE = Set.of("java_hedging_pushback_positive", "a6_backoff_bounds");

    @TestFactory
    Stream<DynamicTest> flow() {
        return EngineVectors.tests(
                "g3_grpc_a6/retry_flow_and_pushback.json",
                id -> !ELSEWHERE.contains(id),
                9,
                GrpcFlowVectorsTest::check);
    }

    private static void check(JsonNode one, Shell shell) throws InterruptedException {
        switch (one.get("id").asText()) {
            case "go_unary_table" -> table(one, shell);
            case "java_previous_attempts_header", "go_previous_attempts" -> previousAttempts(one, shell);
            case "go_pushback_minus_one", "go_pushback_xxx" ->
                endsAtOnce(
                        shell, unavailable(Pushback.grpc(one.at("/header/value").asText())), "PUSHED_BACK");
            case "go_no_retry_non_retryable" -> endsAtOnce(shell, status(INTERNAL, Pushback.none()), "fail_request");
            case "go_no_retry_after_message" ->
                endsAtOnce(shell, unavailable(Pushback.none()).notRetryable(), "fail_request");
            default -> failures(one, shell);
        }
    }

    private static RetryPolicy policy(JsonNode given) {
        return RetryPolicy.builder()
                .maxAttempts(given.path("max_attempts").asInt(5))
                .backoff(Backoff.exponential(
                                Vectors.seconds(given, "initial_backoff_s", 1),
                                Vectors.seconds(given, "max_backoff_s", 120))
                        .multiplier(given.path("multiplier").asDouble(2))
                        .jitter(Jitter.none()))
                .build();
    }

    private static Classification status(int number, Pushback pushback) {
        Classification found = Classification.ofGrpcStatus(number, pushback);
        assertThat(found).isNotNull();
        return found;
    }

    private static Classification unavailable(Pushback pushback) {
        return status(UNAVAILABLE, pushback);
    }

    /** The list of a method's retryable codes overrules what the codes mean by themselves. */
    private static Classification listed(String name, JsonNode given, Pushback pushback) {
        Classification found = status(NUMBERS[STATUS.indexOf(name)], pushback);
        for (JsonNode retryable : given.get("retryable")) {
            if (retryable.asText().equals(name)) {
                return found.retryable();
            }
        }
        return found.notRetryable();
    }

    private static void failures(JsonNode one, Shell shell) throws InterruptedException {
        JsonNode given = one.get("given");
        List<Outcome> outcomes = new ArrayList<>();
        for (JsonNode failure : one.get("failures")) {
            String name = failure.path("status").asText(failure.asText());
            Pushback pushback = failure.has("pushback_ms")
                    ? Pushback.grpc(failure.get("pushback_ms").asText())
                    : Pushback.none();
            outcomes.add(Outcome.failure(listed(name, given, pushback)));
        }
        Flow flow = new Flow(shell, policy(given));

        flow.call(outcomes.iterator());

        JsonNode delays = one.at("/expect/delays_s");
        assertThat(flow.numbers)
                .hasSize(one.at("/expect/committed_after_attempt").asInt());
        assertThat(flow.steps).hasSize(delays.size() + 1);
        for (int i = 0; i < delays.size(); i++) {
            assertThat(flow.steps.get(i))
                    .isEqualTo(new Step(
                            "retry_request", flow.tokens(), delays.get(i).asDouble()));
        }
        assertThat(flow.last().outcome()).isEqualTo(delays.isEmpty() ? "PUSHED_BACK" : "max_attempts_exceeded");
    }

    private static void endsAtOnce(Shell shell, Classification failure, String reason) throws InterruptedException {
        Flow flow = new Flow(shell, RetryPolicy.defaults());

        flow.call(Collections.nCopies(9, Outcome.failure(failure)).iterator());

        assertThat(flow.numbers).containsExactly(1);
        assertThat(flow.steps).extracting(Step::outcome).containsExactly(reason);
    }

    /** One server for all calls, whose answers depend on how many requests it has seen. */
    private static void table(JsonNode one, Shell shell) throws InterruptedException {
        JsonNode given = one.get("given");
        Flow flow = new Flow(shell, policy(given));
        Iterator<Outcome> server = Stream.iterate(0, i -> i + 1)
                .map(i -> Set.of(0, 2, 5).contains(i)
                        ? Outcome.SUCCESS
                        : Outcome.failure(listed(
                                Set.of(6, 8, 11).contains(i) ? "INTERNAL" : "ALREADY_EXISTS", given, Pushback.none())))
                .iterator();

        for (JsonNode call : one.get("steps")) {
            int before = flow.numbers.size();
            flow.call(server);
            String expected =
                    switch (call.get("outcome").asText()) {
                        case "OK" -> "success";
                        case "INTERNAL" -> "fail_request";
                        default -> "max_attempts_exceeded";
                    };
            assertThat(flow.last().outcome()).isEqualTo(expected);
            assertThat(flow.numbers.size() - before)
                    .isEqualTo(call.get("attempts").asInt());
            assertThat(flow.numbers.size() - 1)
                    .isEqualTo(call.get("last_server_index").asInt());
        }
    }

    private static void previousAttempts(JsonNode one, Shell shell) throws InterruptedException {
        boolean far = one.get("input").isArray();
        int attempts = far ? one.at("/input/1").asInt() + 1 : 4;
        Flow flow = new Flow(shell, RetryPolicy.builder().maxAttempts(attempts).build());

        flow.call(Collections.nCopies(attempts, Outcome.failure(unavailable(Pushback.none())))
                .iterator());

        List<@Nullable String> headers = new ArrayList<>();
        flow.numbers.forEach(number -> headers.add(number == 1 ? null : Integer.toString(number - 1)));
        assertThat(headers).hasSize(attempts);
        for (int i = 0; i < (far ? 2 : attempts); i++) {
            int at = far ? one.get("input").get(i).asInt() : i;
            JsonNode expected = one.get("expect").path(far ? "" : "attempt_" + (i + 1));
            assertThat(headers.get(at)).isEqualTo((far ? one.get("expect").get(i) : expected).textValue());
        }
    }
}
