package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.gate.AttemptGates;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What text says of a registry goes before what its builder says, and customizers go before both. */
class RegistryByTextTest {

    @TempDir
    private Path dir;

    private static RetryRegistry.Builder builder() {
        return RetryRegistry.builder().runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}));
    }

    private static ConfiguredValue value(Retry retry, String name) {
        return retry.operations().configuration().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void fails(Retry retry, int calls) {
        for (int i = 0; i < calls; i++) {
            catchThrowable(() -> retry.call(() -> {
                throw new IOException("down");
            }));
        }
    }

    @Test
    void theGateOfTextReplacesThatOfTheBuilderAndAServiceMayHaveNone() {
        RetryRegistry registry = builder()
                .gate(AttemptGates.adaptive())
                .build(RetryConfig.of(Map.of("gate", "adaptive", "gate-max-wait", "3s", "service.b.gate", "none")));

        assertThat(value(registry.get("a"), "gate").value()).contains("PT3S");
        assertThat(value(registry.get("a"), "gate").source()).isEqualTo(Source.KEY);
        assertThat(value(registry.get("b"), "gate").value()).isEqualTo("none");
        assertThat(value(registry.get("b"), "gate").source()).isEqualTo(Source.KEY);
    }

    @Test
    void theGateOfTheBuilderIsToldAsTheBuilders() {
        RetryRegistry registry = builder()
                .gate(AttemptGates.adaptive())
                .customize("b", b -> b.gate(AttemptGates.adaptive().minPerSecond(3)))
                .build(RetryConfig.of(Map.of()));

        assertThat(value(registry.get("a"), "gate").source()).isEqualTo(Source.BUILDER);
        assertThat(value(registry.get("b"), "gate").source()).isEqualTo(Source.CUSTOMIZER);
        registry.reload(RetryConfig.of(Map.of("max-attempts", "2")));
        assertThat(value(registry.get("a"), "gate").source()).isEqualTo(Source.BUILDER);
    }

    @Test
    void theClientsOfAServiceMayHaveABudgetOfTheirOwn() {
        RetryRegistry registry = builder()
                .build(RetryConfig.of(Map.of(
                        "retry-budget", "none",
                        "circuit-breaker", "off",
                        "max-attempts", "2",
                        "service.orders.client-budget", "2 tokens")));
        Retry tenant = registry.get("orders").forClient("tenant");

        fails(tenant, 5);

        assertThat(tenant.clientSnapshot().orElseThrow().budgetRemaining()).isZero();
        assertThat(registry.get("orders").snapshot().stopped(StopReason.BUDGET_EXHAUSTED))
                .isEqualTo(3);
        assertThat(value(registry.get("orders"), "max-budget").source()).isEqualTo(Source.KEY);
    }

    @Test
    void aCustomizerGoesBeforeAClientBudgetOfText() {
        RetryRegistry registry = builder()
                .customize(
                        "orders",
                        orders ->
                                orders.clientBudget(RetryBudgets.tokenBucket(9).refill(1, Duration.ofMinutes(1))))
                .build(RetryConfig.of(Map.of("service.orders.client-budget", "2 tokens")));
        Retry tenant = registry.get("orders").forClient("tenant");
        tenant.run(() -> {});

        assertThat(tenant.clientSnapshot().orElseThrow().budgetCapacity()).isEqualTo(9);
    }

    @Test
    void theClientsThatAreToldToOperatorsAreAsManyAsTextSays() {
        RetryRegistry registry = builder().topClients(5).build(RetryConfig.of(Map.of("top-clients", "1")));
        Retry orders = registry.get("orders");

        fails(orders.forClient("a"), 2);
        fails(orders.forClient("b"), 1);

        assertThat(orders.operations().topClientsByFailures()).hasSize(1);
    }

    @Test
    void everyValueNamesItsKey() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "max-attempts.rate-limit", "2",
                "max-attempts", "4",
                "base-delay.timeout", "2s",
                "retry-budget-burst", "5",
                "circuit-breaker-probes", "2",
                "retryable.client-error", "true",
                "never-on", "java.io.IOException"));
        Retry orders = builder().build(RetryConfig.of(settings)).get("orders");

        assertThat(value(orders, "max-attempts.rate-limit"))
                .isEqualTo(new ConfiguredValue("max-attempts.rate-limit", "2", Source.KEY, "max-attempts.rate-limit"));
        assertThat(value(orders, "backoff.timeout").detail()).isEqualTo("base-delay.timeout");
        assertThat(value(orders, "retry-budget").detail()).isEqualTo("retry-budget-burst");
        assertThat(value(orders, "circuit-breaker").detail()).isEqualTo("circuit-breaker-probes");
        assertThat(value(orders, "retried").detail()).isEqualTo("retryable.client-error");
        assertThat(value(orders, "classifier").detail()).isEqualTo("never-on");
        assertThat(value(orders, "max-delay").source()).isEqualTo(Source.DEFAULT);
    }

    @Test
    void explainsEachValueByItsSource() throws IOException {
        Path file = Files.writeString(dir.resolve("f.properties"), "preset=critical\nservice.orders.deadline=2s\n");
        RetryRegistry registry = builder()
                .customize("orders", orders -> orders.policy(policy -> policy.nonIdempotent()))
                .build(ConfigSources.none()
                        .file(file)
                        .environment(Map.of("FORBEAR_SERVICE_ORDERS_MAX_ATTEMPTS", "7"))
                        .read());

        assertThat(registry.explain("orders").lines().map(line -> line.replaceAll(" +", " ")))
                .as("not made yet: code is not asked")
                .contains(
                        "max-attempts = 7 <- environment: FORBEAR_SERVICE_ORDERS_MAX_ATTEMPTS",
                        "deadline = PT2S <- file: service.orders.deadline (f.properties:2)",
                        "base-delay = PT0.05S <- preset: critical",
                        "idempotent = true <- preset: critical");
        registry.get("orders");
        assertThat(registry.explain("orders").lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "max-attempts = 7 <- environment: FORBEAR_SERVICE_ORDERS_MAX_ATTEMPTS",
                        "idempotent = false <- customizer")
                .hasSameSizeAs(
                        registry.operations().service("orders").orElseThrow().configuration());
        registry.close();
    }
}
