package io.forbear.retry.core.call;

import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.EngineVectors;
import io.forbear.retry.core.fixture.Flow;
import io.forbear.retry.core.fixture.Flow.Outcome;
import io.forbear.retry.core.fixture.Flow.Shell;
import io.forbear.retry.core.fixture.Flow.Step;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Published cases on delays and on request headers that only a whole call can answer. */
class EngineVectorsTest {

    private static final Outcome FAILURE = Outcome.failure(Classification.of(SERVER_ERROR));

    private static List<Outcome> failures(int count) {
        return Collections.nCopies(count, FAILURE);
    }

    // ---- g5

    @TestFactory
    Stream<DynamicTest> retriesOfTheCommonRuntime() {
        return EngineVectors.tests(
                "g5_jitter_backoff/aws_sdk_backoff.json",
                "cio_three_retries"::equals,
                1,
                EngineVectorsTest::threeRetries);
    }

    private static void threeRetries(JsonNode one, Shell shell) throws InterruptedException {
        Map<String, Jitter> jitters =
                Map.of("none", Jitter.none(), "full", Jitter.full(), "decorrelated", Jitter.decorrelated());
        for (JsonNode name : one.at("/given/jitter")) {
            Jitter jitter = jitters.getOrDefault(
                    name.asText(), RetryPolicy.defaults().backoff().jitter());
            Flow flow = new Flow(
                    shell,
                    RetryPolicy.builder()
                            .maxAttempts(one.at("/given/max_retries").asInt() + 1)
                            .backoff(Backoff.exponential(ofMillis(25), ofMillis(20_000))
                                    .jitter(jitter))
                            .build());

            flow.call(failures(99).iterator());

            assertThat(flow.numbers.size() - 1)
                    .isEqualTo(one.at("/expect/retries").asInt());
            assertThat(flow.last().outcome()).isEqualTo("max_attempts_exceeded");
        }
    }

    @TestFactory
    Stream<DynamicTest> attemptsOfGax() {
        return EngineVectors.tests(
                "g5_jitter_backoff/library_backoff_and_jitter.json",
                "gax_should_retry_until_6"::equals,
                1,
                EngineVectorsTest::untilSix);
    }

    private static void untilSix(JsonNode one, Shell shell) throws InterruptedException {
        JsonNode given = one.get("given");
        Flow flow = new Flow(
                shell,
                RetryPolicy.builder()
                        .maxAttempts(given.get("max_attempts").asInt())
                        .backoff(Backoff.exponential(
                                        ofMillis(given.get("initial_delay_ms").asLong()),
                                        ofMillis(given.get("max_delay_ms").asLong()))
                                .multiplier(given.get("delay_multiplier").asDouble())
                                .jitter(Jitter.none()))
                        .deadline(ofMillis(given.get("total_timeout_ms").asLong()))
                        .build());

        flow.call(failures(99).iterator());

        assertThat(flow.numbers).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(flow.steps).extracting(Step::seconds).containsExactly(0.001, 0.002, 0.004, 0.008, 0.008, 0.0);
        assertThat(flow.last().outcome()).isEqualTo("max_attempts_exceeded");
    }

    /** Theirs throws a failure of its own; ours the last one of the operation. Only a blocking call sleeps. */
    @TestFactory
    Stream<DynamicTest> interruptedSleepOfSpring() {
        return EngineVectors.tests(
                        "g5_jitter_backoff/library_backoff_and_jitter.json",
                        "spring_interrupt_flag_restored"::equals,
                        1,
                        EngineVectorsTest::interrupted)
                .filter(test -> test.getDisplayName().contains(Shell.BLOCKING.name()));
    }

    private static void interrupted(JsonNode one, Shell shell) throws InterruptedException {
        IOException failure = new IOException("reset");
        Flow flow = new Flow(
                shell,
                RetryPolicy.defaults(),
                RetryBudgets.tokenBucket(10),
                builder -> builder.runtime(r -> r.sleeper(nanos -> {
                    throw new InterruptedException();
                })));

        Throwable thrown = catchThrowable(() -> flow.retry.run(() -> {
            throw failure;
        }));

        assertThat(Thread.interrupted()).as(one.get("expect").asText()).isTrue();
        assertThat(thrown).isSameAs(failure);
        assertThat(flow.retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
        assertThat(flow.tokens()).isEqualTo(10);
    }

    // ---- g1: what a request can say of its attempt

    @TestFactory
    Stream<DynamicTest> requestHeaders() {
        return EngineVectors.tests("g1_aws_retry_spec/request_headers.json", id -> true, 4, EngineVectorsTest::headers);
    }

    /** The time to live is the SDK's to write, which knows the timeout of a read and how wrong the clock is. */
    private static void headers(JsonNode one, Shell shell) throws InterruptedException {
        if (one.get("id").asText().equals("hdr_invocation_id_constant")) {
            invocationId(one, shell);
            return;
        }
        JsonNode given = one.get("given");
        JsonNode responses = one.has("responses") ? one.get("responses") : given.get("responses");
        List<Outcome> outcomes = new ArrayList<>();
        responses.forEach(response -> {
            Classification what = Classification.ofHttpStatus(response.path(0).asInt(response.asInt()));
            outcomes.add(what.isSuccess() ? Outcome.SUCCESS : Outcome.failure(what));
        });
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(given.get("max_attempts").asInt())
                .build();
        Flow flow = new Flow(shell, policy);

        flow.call(outcomes.iterator());

        List<String> ours = flow.numbers.stream()
                .map(number -> "attempt=" + number + "; max=" + policy.maxAttempts())
                .toList();
        JsonNode expect = one.get("expect");
        assertThat(ours).hasSize(expect.path("headers").asInt(expect.size()));
        for (int i = 0; i < ours.size(); i++) {
            Set<String> parts = Set.of(ours.get(i).split("; "));
            String theirs = expect.path("each_contains").asText(expect.path(i).asText());
            for (String part : theirs.replaceAll("ttl=\\w+; ", "").split("; ")) {
                assertThat(parts).contains(part);
            }
        }
    }

    /** An observer lives as long as its call. */
    private static void invocationId(JsonNode one, Shell shell) throws InterruptedException {
        List<UUID> sent = new ArrayList<>();
        RetryListener identifies = new RetryListener() {
            @Override
            public boolean observesEveryCall() {
                return true;
            }

            @Override
            public @Nullable CallObserver observe(String service, @Nullable String client, CallOptions options) {
                UUID invocation = UUID.randomUUID();
                return new CallObserver() {
                    @Override
                    public void attemptFailed(FailedAttempt failed) {
                        sent.add(invocation);
                    }

                    @Override
                    public void attemptSucceeded(int attempt) {
                        sent.add(invocation);
                    }
                };
            }
        };
        Flow flow = new Flow(
                shell, RetryPolicy.defaults(), RetryBudgets.unlimited(), builder -> builder.listener(identifies));
        int attempts = one.at("/given/responses").size();
        assertThat(one.at("/given/responses/" + (attempts - 1)).asInt()).isEqualTo(200);

        flow.call(failures(attempts - 1).iterator());
        flow.call(failures(attempts - 1).iterator());

        assertThat(sent).hasSize(2 * attempts);
        assertThat(Set.copyOf(sent.subList(0, attempts))).hasSize(1);
        assertThat(Set.copyOf(sent)).hasSize(2);
    }
}
