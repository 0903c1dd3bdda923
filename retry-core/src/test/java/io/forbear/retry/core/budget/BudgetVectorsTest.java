package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Budgets of Finagle, twitter-util, tower, Linkerd and Envoy. */
class BudgetVectorsTest {

    /**
     * The step in which the clock of twitter-util has fallen behind. Each look there loses the rest of a slot, so that
     * after three looks in 3 s only 2.7 s have passed. Here 3 s have passed, and the first withdrawal is back.
     */
    private static final int DRIFTED_STEP = 10;

    private final ManualClock clock = new ManualClock();

    @TestFactory
    Stream<DynamicTest> finagle() {
        return Vectors.tests("g4_retry_budgets/finagle_retry_budget.json", this::finagle);
    }

    @TestFactory
    Stream<DynamicTest> buckets() {
        return Vectors.tests("g4_retry_budgets/token_bucket_primitives.json", this::bucket);
    }

    @TestFactory
    Stream<DynamicTest> proxies() {
        return Vectors.tests("g4_retry_budgets/proxy_retry_budgets.json", this::proxy);
    }

    /**
     * A budget, and the way in which calls reach it: reported by hand, or through a service, whose counters it reads.
     */
    private interface Use {

        RetryBudget budget();

        void succeed();

        boolean take(ErrorCategory category);

        default boolean take() {
            return take(TRANSIENT);
        }

        default long tokens() {
            return budget().balance() / 1000;
        }
    }

    private record Told(RetryBudget budget) implements Use {

        @Override
        public void succeed() {
            budget.callSucceeded(0);
        }

        @Override
        public boolean take(ErrorCategory category) {
            return budget.tryWithdraw(category, NORMAL, 0) >= 0;
        }
    }

    private record OfService(RetryBudget budget, Retry service) implements Use {

        @Override
        public void succeed() {
            service.call(() -> "result");
        }

        /** A call that fails at both attempts, or at the first one if the budget refuses the second. */
        @Override
        public boolean take(ErrorCategory category) {
            RetryCall call = service.begin();
            if (call.failed(Classification.of(category)) instanceof RetryDecision.Again && call.resume()) {
                call.failed(Classification.of(category));
                assertThat(call.stopReason()).contains(StopReason.ATTEMPTS_EXHAUSTED);
                return true;
            }
            assertThat(call.stopReason()).contains(StopReason.BUDGET_EXHAUSTED);
            return false;
        }
    }

    private Use reported(RetryBudget.Spec spec) {
        return new Told(spec.create(clock));
    }

    private Use ofService(RetryBudget.Spec spec) {
        RetryPolicy.Builder twice = RetryPolicy.builder().maxAttempts(2).backoff(Backoff.none());
        for (ErrorCategory category : ErrorCategory.values()) {
            twice.on(category, each -> each.retryable(true));
        }
        RetryBudget budget = spec.create(clock);
        Retry service = Retries.named("users")
                .policy(twice.build())
                .budget(time -> budget)
                .withoutCircuitBreaker()
                .runtime(r -> r.clock(clock))
                .build();
        return new OfService(budget, service);
    }

    private List<Use> bothWays(RetryBudget.Spec spec) {
        return List.of(reported(spec), ofService(spec));
    }

    private static RatioSpec ratio(double ratio, double min, double ttl) {
        // Finagle and Linkerd allow more than one retry a call under the same name
        RatioSpec spec = ratio > 1 ? RetryBudgets.retriesPerCall(ratio) : RetryBudgets.ratio(ratio);
        return spec.minPerSecond(min).window(Duration.ofNanos((long) (ttl * 1e9)));
    }

    private void finagle(JsonNode testCase) {
        JsonNode given = testCase.get("given");
        JsonNode expect = testCase.path("expect");
        if (given.isTextual()) {
            boolean empty = given.asText().endsWith("Empty");
            bothWays(empty ? RetryBudgets.none() : RetryBudgets.unlimited())
                    .forEach(use -> finagleSteps(testCase, use));
        } else if (given.has("requests")) {
            RatioSpec spec = ratio(
                    given.get("percent_can_retry").asDouble(),
                    given.get("min_retries_per_s").asDouble(),
                    given.get("ttl_s").asDouble());
            bothWays(spec).forEach(use -> finagleRequests(given.get("requests").asInt(), expect, use));
        } else if (expect.asText().equals("IllegalArgumentException")) {
            assertThatThrownBy(() -> ratio(
                            given.get("percent").asDouble(),
                            given.get("min").asDouble(),
                            given.get("ttl_s").asDouble()))
                    .isInstanceOf(IllegalArgumentException.class);
        } else {
            bothWays(ratio(0, 0, 10)).forEach(use -> {
                use.succeed();
                assertThat(use.take()).isFalse();
                assertThat(use.budget().balance()).isZero();
            });
        }
    }

    private static void finagleSteps(JsonNode testCase, Use use) {
        for (JsonNode step : testCase.get("steps")) {
            switch (step.get("op").asText()) {
                case "balance" ->
                    assertThat(use.tokens()).isEqualTo(step.get("expect").asLong());
                case "tryWithdraw" ->
                    assertThat(use.take()).isEqualTo(step.get("expect").asBoolean());
                default -> use.succeed();
            }
        }
    }

    private static void finagleRequests(int requests, JsonNode expect, Use use) {
        assertThat(use.tokens()).isEqualTo(expect.get("initial_balance").asLong());
        if (expect.has("first_try_withdraw")) {
            assertThat(use.take()).isEqualTo(expect.get("first_try_withdraw").asBoolean());
        }
        int retries = 0;
        for (int i = 0; i < requests; i++) {
            use.succeed();
            if (use.take()) {
                retries++;
            } else {
                assertThat(use.tokens())
                        .isEqualTo(expect.get("balance_when_refused").asLong());
            }
        }
        int tolerance = expect.get("tolerance").asInt();
        int expected = expect.get("retries").asInt();
        assertThat(retries).isBetween(expected - tolerance, expected + tolerance);
    }

    private void bucket(JsonNode testCase) {
        if (testCase.get("id").asText().equals("tower_defaults")) {
            towerDefaults(testCase.get("expect"));
            return;
        }
        JsonNode given = testCase.get("given");
        List<Integer> sizes = sizes(testCase);
        RetryBudget.Spec spec;
        if (given.has("limit")) {
            QuotaSpec quota =
                    RetryBudgets.awsQuota().capacity(given.get("limit").asInt()).initial(0);
            spec = withCosts(quota, QuotaSpec::cost, sizes);
        } else {
            double ttl = given.get("ttl_s").asDouble();
            double min = given.has("reserve")
                    ? given.get("reserve").asDouble() / ttl
                    : given.get("min_per_sec").asDouble();
            spec = withCosts(ratio(given.path("retry_percent").asDouble(1), min, ttl), RatioSpec::cost, sizes);
        }
        // one after the other, because both use the same clock
        bucketSteps(testCase, reported(spec), sizes);
        bucketSteps(testCase, ofService(spec), sizes);
    }

    private interface Cost<S> {
        S with(S spec, ErrorCategory category, double tokens);
    }

    private static <S> S withCosts(S spec, Cost<S> cost, List<Integer> sizes) {
        S changed = spec;
        for (int i = 0; i < sizes.size(); i++) {
            changed = cost.with(changed, ErrorCategory.values()[i], sizes.get(i));
        }
        return changed;
    }

    private void bucketSteps(JsonNode testCase, Use use, List<Integer> sizes) {
        for (int i = 0; i < testCase.get("steps").size(); i++) {
            JsonNode step = testCase.get("steps").get(i);
            boolean drifted = testCase.get("id").asText().equals("util_leaky_reserve_100") && i == DRIFTED_STEP;
            bucketStep(step, use, sizes, drifted || step.path("expect").asBoolean());
        }
    }

    /** Each size of a withdrawal becomes the cost of a category. */
    private static List<Integer> sizes(JsonNode testCase) {
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode step : testCase.get("steps")) {
            int size = step.path("n").asInt(1);
            if (step.get("op").asText().equals("tryGet") && !sizes.contains(size)) {
                sizes.add(size);
            }
        }
        return sizes;
    }

    private void bucketStep(JsonNode step, Use use, List<Integer> sizes, boolean granted) {
        switch (step.get("op").asText()) {
            case "put", "deposit" -> {
                for (int i = 0; i < step.path("n").asInt(1); i++) {
                    use.succeed();
                }
            }
            case "tryGet", "withdraw" -> {
                int size = Math.max(0, sizes.indexOf(step.path("n").asInt(1)));
                assertThat(use.take(ErrorCategory.values()[size]))
                        .as("%s", step)
                        .isEqualTo(granted);
            }
            case "advance_s" -> clock.advance(Duration.ofSeconds(step.get("s").asLong()));
            default -> clock.advanceMillis(step.get("ms").asLong());
        }
        if (step.has("count")) {
            assertThat(use.budget().balance())
                    .as("%s", step)
                    .isEqualTo(step.get("count").asLong() * 1000);
        }
    }

    /** The defaults here are lower: half the ratio, and a floor of 0.2 instead of 10. The window is the same. */
    private static void towerDefaults(JsonNode expect) {
        RatioSpec ours = RetryBudgets.ratio();

        assertThat(ours.windowNanos()).isEqualTo(expect.get("ttl_s").asLong() * 1_000_000_000);
        assertThat(ours.ratioNano()).isEqualTo(100_000_000);
        assertThat(ours.floorMilli()).isEqualTo(2000);
    }

    private void proxy(JsonNode testCase) {
        String id = testCase.get("id").asText();
        JsonNode given = testCase.get("given");
        switch (id) {
            case "linkerd_budget_one_token" -> linkerdOneToken(given);
            case "linkerd_invalid_ttl_1000s", "linkerd_invalid_ratio_negative" ->
                assertThatThrownBy(() -> ratio(
                                given.get("budget").get("ratio").asDouble(),
                                given.get("budget").get("min").asDouble(),
                                given.get("budget").get("ttl_s").asDouble()))
                        .isInstanceOf(IllegalArgumentException.class);
            // the budget does not decide whether a body can be sent again or a route matches
            case "linkerd_post_small", "linkerd_stream_96k", "linkerd_path_not_matched" ->
                bothWays(RetryBudgets.ratio())
                        .forEach(use -> assertThat(use.take()).isTrue());
            default -> envoy(testCase, given);
        }
    }

    private void linkerdOneToken(JsonNode given) {
        RatioSpec spec = ratio(
                given.get("retry_ratio").asDouble(),
                given.get("min_retries_per_s").asDouble(),
                given.get("ttl_s").asDouble());
        RetryBudget budget = spec.create(clock);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isPositive();
        budget.callSucceeded(1000);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isNegative();

        OfService use = (OfService) ofService(spec);
        RetryCall first = use.service.begin();
        assertThat(first.failed(Classification.of(SERVER_ERROR))).isInstanceOf(RetryDecision.Again.class);
        assertThat(first.resume()).isTrue();
        first.succeeded();
        assertThat(use.take(SERVER_ERROR)).isFalse();
        use.succeed();
        assertThat(use.service.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isEqualTo(1);
    }

    private void envoy(JsonNode testCase, JsonNode given) {
        int retrying = given.path("active_retries").asInt();
        int calls = Math.max(given.path("active_requests").asInt(), retrying + 1);
        RetryBudget budget = RetryBudgets.concurrencyShare(
                        given.get("budget_percent").asDouble() / 100,
                        given.get("min_retry_concurrency").asInt())
                .create(clock);
        for (int i = 0; i < calls; i++) {
            budget.callStarted();
        }
        for (int i = 0; i < retrying; i++) {
            assertThat(new Told(budget).take()).isTrue();
        }
        JsonNode expect = testCase.get("expect");
        if (expect.isObject()) {
            assertThat(budget.balance()).isEqualTo(expect.get("max_retries").asLong() * 1000);
        } else {
            assertThat(new Told(budget).take()).isEqualTo(expect.asText().equals("retry"));
        }
    }
}
