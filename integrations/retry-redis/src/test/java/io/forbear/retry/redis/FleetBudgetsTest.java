package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fleet budgets that text describes. No test needs a store. */
class FleetBudgetsTest {

    private final FleetBudgets fleets = FleetBudgets.of(WithdrawalTest.SILENT);

    @AfterEach
    void close() {
        fleets.close();
    }

    private RetryRegistry registry(Map<String, ?> settings) {
        return RetryRegistry.builder().customize(fleets).build(RetryConfig.of(settings));
    }

    private String names() {
        return String.join(
                " ",
                fleets.budgets().stream()
                        .map(each -> each.snapshot().service())
                        .sorted()
                        .toList());
    }

    @Test
    void servicesThatNameTheSameBudgetShareIt() {
        try (RetryRegistry registry =
                registry(Map.of("service.orders.fleet-budget", "shop", "service.users.fleet-budget", "shop"))) {
            registry.get("orders");
            registry.get("users");
            registry.get("others");

            assertThat(names()).isEqualTo("shop");
        }
    }

    @Test
    void withoutANameItHasThatOfTheService() {
        try (RetryRegistry registry = registry(Map.of("retry-budget", "fleet"))) {
            registry.get("orders");
            registry.get("users");

            assertThat(names()).isEqualTo("orders users");
        }
    }

    @Test
    void aReloadKeepsTheBudgetUnlessItsSettingsChange() {
        try (RetryRegistry registry = registry(Map.of("retry-budget", "fleet", "max-attempts", 4))) {
            registry.get("orders");
            FleetBudget first = fleets.budgets().get(0);

            registry.reload(RetryConfig.of(Map.of("retry-budget", "fleet", "max-attempts", 2)));
            assertThat(fleets.budgets()).containsExactly(first);

            registry.reload(RetryConfig.of(Map.of("retry-budget", "fleet", "retry-budget-tokens", 50)));
            assertThat(fleets.budgets()).anyMatch(each -> each.snapshot().fleetCapacity() == 50_000);
        }
    }

    @Test
    void aBudgetThatNoCustomizerMakesIsRefusedWithTheNameOfTheModule() {
        try (RetryRegistry registry = RetryRegistry.load(Map.of("service.orders.fleet-budget", "shop"))) {
            assertThatThrownBy(() -> registry.get("orders"))
                    .hasMessage("service orders: retry-budget: fleet (expected: a customizer of the registry that makes"
                            + " it, such as FleetBudgets of the module retry-redis)");
        }
    }
}
