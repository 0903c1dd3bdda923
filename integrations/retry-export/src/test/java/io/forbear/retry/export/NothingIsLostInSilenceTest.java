package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.Classification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A setting that changes shows in the export: in the settings of the target or in what became of it. A setting that is
 * lost in silence leaves the result the same.
 */
class NothingIsLostInSilenceTest {

    private static final Map<String, String> BASE = Map.of(
            "max-attempts", "4",
            "base-delay", "100ms",
            "max-delay", "20s",
            "jitter", "full",
            "retry-budget", "none",
            "circuit-breaker", "off");

    /** One setting each that is not as in the base. */
    private static final List<Map<String, String>> CHANGES = List.of(
            Map.of("max-attempts", "3"),
            Map.of("enabled", "false"),
            Map.of("max-attempts.timeout", "2"),
            Map.of("max-attempts.critical", "3"),
            Map.of("max-attempts.sheddable", "1"),
            Map.of("retryable.timeout", "false"),
            Map.of("retryable.client-error", "true"),
            Map.of("retryable.server-error", "false"),
            Map.of("retryable.network-error", "false"),
            Map.of("retry-on", "java.io.IOException"),
            Map.of("never-on", "java.io.IOException"),
            Map.of("strategy", "linear"),
            Map.of("strategy", "adaptive"),
            Map.of("strategy", "fixed"),
            Map.of("strategy", "none"),
            Map.of("base-delay", "5s"),
            Map.of("max-delay", "200ms"),
            Map.of("multiplier", "3"),
            Map.of("jitter", "none"),
            Map.of("jitter", "equal"),
            Map.of("jitter", "decorrelated"),
            Map.of("jitter", "proportional", "jitter-factor", "0.3"),
            Map.of("jitter", "clamped", "jitter-factor", "0.3"),
            Map.of("base-delay.timeout", "3s"),
            Map.of("max-pushback", "5s"),
            Map.of("pushback-beyond", "cut"),
            Map.of("max-pushback-over-backoff", "1s"),
            Map.of("deadline", "2m"),
            Map.of("attempt-timeout", "65s"),
            Map.of("idempotent", "false"),
            Map.of("refuse-nested", "true"),
            Map.of("retry-budget", "20%"),
            Map.of("retry-budget", "100 tokens"),
            Map.of("retry-budget", "ratio", "retry-budget-ratio", "0.3"),
            Map.of("retry-budget", "grpc-throttle"),
            Map.of("retry-budget", "concurrency-share"),
            Map.of("client-budget", "10 tokens"),
            Map.of("max-budget", "10"),
            Map.of("circuit-breaker", "on"),
            Map.of("circuit-breaker", "50%"),
            Map.of("gate", "adaptive"));

    /** They export one field each, and say so. */
    private static final Set<ExportTarget> OF_ONE_FIELD =
            EnumSet.of(ExportTarget.SQS_VISIBILITY, ExportTarget.BATCH_TIMEOUT);

    /** gRPC retries no DEADLINE_EXCEEDED, whatever a policy says of time-outs. */
    private static boolean meansNothing(ExportTarget target, Map<String, String> change) {
        return target == ExportTarget.GRPC && change.containsKey("retryable.timeout");
    }

    @TestFactory
    Stream<DynamicTest> aSettingOfTextShows() {
        return EnumSet.complementOf(EnumSet.copyOf(OF_ONE_FIELD)).stream().flatMap(target -> CHANGES.stream()
                .filter(change -> !meansNothing(target, change))
                .map(change -> DynamicTest.dynamicTest(target.word() + " " + change, () -> {
                    ExportResult before = target.export(policy(Map.of()));
                    ExportResult after = target.export(policy(change));

                    assertThat(shown(after)).as("%s %s", target.word(), change).isNotEqualTo(shown(before));
                })));
    }

    @TestFactory
    Stream<DynamicTest> aSettingOfCodeShows() {
        Map<String, UnaryOperator<RetryPolicy.Builder>> changes = new LinkedHashMap<>();
        changes.put("classifier", policy -> policy.classifier(failure -> null));
        changes.put("classifyResult", policy -> policy.classifyResult(String.class, text -> Classification.success()));
        changes.put(
                "custom backoff",
                policy -> policy.backoff(
                        Backoff.custom(attempt -> Duration.ofMillis(70L * attempt), Duration.ofSeconds(20))
                                .jitter(Jitter.full())));
        changes.put("criticality", policy -> policy.maxAttempts(Criticality.NORMAL, 2));
        return EnumSet.complementOf(EnumSet.copyOf(OF_ONE_FIELD)).stream().flatMap(target -> changes.entrySet().stream()
                .map(change -> DynamicTest.dynamicTest(target.word() + " " + change.getKey(), () -> {
                    ExportResult before = target.export(code(policy -> policy));
                    ExportResult after = target.export(code(change.getValue()));

                    assertThat(shown(after)).as("%s %s", target.word(), change).isNotEqualTo(shown(before));
                })));
    }

    private static ExportedPolicy code(UnaryOperator<RetryPolicy.Builder> change) {
        RetryPolicy.Builder policy = RetryPolicy.builder()
                .maxAttempts(4)
                .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20))
                        .jitter(Jitter.full()));
        return ExportedPolicy.of("orders", change.apply(policy).build());
    }

    private static ExportedPolicy policy(Map<String, String> change) {
        Map<String, String> settings = new LinkedHashMap<>(BASE);
        settings.putAll(change);
        if (change.containsKey("strategy") && !change.get("strategy").equals("exponential")) {
            settings.remove("multiplier");
        }
        if (change.containsKey("strategy") && change.get("strategy").equals("none")) {
            settings.remove("jitter");
        }
        return ExportedPolicy.of(RetryConfig.of(settings), "orders");
    }

    private static List<String> shown(ExportResult result) {
        List<String> shown = new ArrayList<>(List.of(result.text()));
        shown.addAll(result.report().lines().toList());
        return shown;
    }
}
