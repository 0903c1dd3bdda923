package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.GrpcThrottleSpec;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** gRPC service configs, as far as the keys of our configuration say the same. Codes are the classifier's to know. */
class ServiceConfigVectorsTest {

    private static final Map<String, String> KEYS = Map.of(
            "maxAttempts", "max-attempts",
            "initialBackoff", "base-delay",
            "maxBackoff", "max-delay",
            "backoffMultiplier", "multiplier");

    /** Refused there, legal here; docs/internals/vectors.md has the reasons. */
    private static final Set<String> LEGAL_HERE = Set.of("core_policy_max_attempts_1", "core_policy_initial_0s");

    @TestFactory
    Stream<DynamicTest> serviceConfig() {
        return Vectors.tests("g3_grpc_a6/service_config_validation.json", ServiceConfigVectorsTest::check);
    }

    private static void check(JsonNode one) {
        if (one.has("method")) {
            method(one);
        } else if (one.get("config").has("retryThrottling")) {
            throttling(one.at("/config/retryThrottling"), one.get("expect"));
        } else {
            policy(one);
        }
    }

    private static void policy(JsonNode one) {
        Map<String, String> settings = new LinkedHashMap<>();
        JsonNode policy = one.at("/config/retryPolicy");
        if (policy.isObject()) {
            put(settings, "", policy);
        } else {
            settings.put("retryPolicy", policy.asText());
        }
        String id = one.get("id").asText();
        if (!one.at("/expect/valid").asBoolean() && !LEGAL_HERE.contains(id)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RetryConfig.of(settings))
                    .withMessageContaining("expected: ");
            return;
        }
        RetryPolicy ours = RetryConfig.of(settings).service("any").policy();
        int attempts = policy.get("maxAttempts").asInt();
        assertThat(ours.maxAttempts()).isEqualTo(attempts);
        assertThat(ours.backoff().base())
                .isEqualTo(Duration.parse("PT" + policy.get("initialBackoff").asText()));
        JsonNode expect = one.get("expect");
        assertThat(expect.path("max_attempts").asInt(attempts))
                .isEqualTo(id.equals("a6_max_attempts_cap_5") ? 5 : ours.maxAttempts());
        if (expect.has("max_backoff_ms")) {
            isPolicy(ours, expect, "initial_backoff_ms", "max_backoff_ms");
        }
    }

    private static void put(Map<String, String> settings, String prefix, JsonNode policy) {
        KEYS.forEach((theirs, ours) -> {
            JsonNode value = policy.path(theirs);
            if (!value.isMissingNode()) {
                settings.put(prefix + ours, value.isTextual() ? value.textValue() : value.toString());
            }
        });
    }

    private static void isPolicy(RetryPolicy ours, JsonNode expect, String base, String max) {
        assertThat(ours.maxAttempts()).isEqualTo(expect.get("max_attempts").asInt());
        assertThat(ours.backoff().base().toMillis()).isEqualTo(expect.get(base).asLong());
        assertThat(ours.backoff().max().toMillis()).isEqualTo(expect.get(max).asLong());
        assertThat(ours.backoff().multiplier())
                .isEqualTo(expect.get("multiplier").asDouble());
    }

    /** What is missing is zero, for both figures are arguments. */
    private static void throttling(JsonNode throttling, JsonNode expect) {
        int maxTokens = throttling.path("maxTokens").asInt();
        double ratio = throttling.path("tokenRatio").asDouble();
        if (!expect.path("valid").asBoolean(true)) {
            assertThatIllegalArgumentException().isThrownBy(() -> RetryBudgets.grpcThrottle(maxTokens, ratio));
            return;
        }
        GrpcThrottleSpec spec = RetryBudgets.grpcThrottle(maxTokens, ratio);
        RetryBudget budget = spec.create(new ManualClock());
        long milli =
                expect.path("max_milli_tokens").asLong(expect.path("max_tokens").asLong() * 1_000);
        long ratioMilli = expect.path("milli_token_ratio")
                .asLong(Math.round(expect.path("token_ratio").asDouble() * 1_000));
        assertThat(budget.capacity()).isEqualTo(milli);
        assertThat(budget.balance()).isEqualTo(milli);
        RetryBudget empty = spec.initial(0).create(new ManualClock());
        empty.callSucceeded(0);
        assertThat(empty.balance()).isEqualTo(ratioMilli);
    }

    /** Ours knows services, not methods: a name with wildcard is the service, a method is a service of its own name. */
    private static void method(JsonNode one) {
        Map<String, String> settings = new LinkedHashMap<>();
        one.at("/given/configs").forEach(config -> config.get("names").forEach(name -> {
            String prefix = "service." + name.asText().replace("/*", "") + ".";
            if (config.has("policy")) {
                settings.put(prefix + "enabled", "false");
            } else {
                put(settings, prefix, inMillis(config));
            }
        }));
        RetryConfig config = RetryConfig.of(settings);
        String method = one.get("method").asText();
        String service = method.substring(0, method.indexOf('/'));
        ServiceConfig found = config.service(config.services().contains(method) ? method : service);

        JsonNode expected = one.at("/expect/policy");
        if (!expected.isNull()) {
            isPolicy(found.policy(), expected, "initial_ms", "max_ms");
        } else if (config.services().contains(service)) {
            assertThat(found.policy().isEnabled()).isFalse();
        } else {
            assertThat(found.policy().maxAttempts()).isEqualTo(3);
        }
    }

    /** Ours takes whole numbers: {@code 2.1s} is written {@code 2100ms}. */
    private static JsonNode inMillis(JsonNode config) {
        com.fasterxml.jackson.databind.node.ObjectNode copy = config.deepCopy();
        for (String key : new String[] {"initialBackoff", "maxBackoff"}) {
            String seconds = config.get(key).asText();
            BigDecimal value = new BigDecimal(seconds.substring(0, seconds.length() - 1));
            copy.put(key, value.movePointRight(3).toBigIntegerExact() + "ms");
        }
        return copy;
    }
}
