package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RetryRegistryTest {

    private final List<String> told = new ArrayList<>();
    private final int[] attempts = {0};

    private RetryRegistry registry(Map<String, String> settings) {
        return RetryRegistry.builder()
                .runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}))
                .listener(new RetryListener() {
                    @Override
                    public void registered(Retry retry) {
                        told.add("registered " + retry.name());
                    }

                    @Override
                    public void closed(Retry retry) {
                        told.add("closed " + retry.name());
                    }
                })
                .build(RetryConfig.of(settings));
    }

    private void fails(Retry retry) {
        catchThrowable(() -> retry.run(() -> {
            attempts[0]++;
            throw new IOException("down");
        }));
    }

    @Test
    void givesTheSameInstanceForAName() {
        RetryRegistry registry = registry(Map.of());

        assertThat(registry.get("orders")).isSameAs(registry.get("orders"));
        assertThat(told).containsExactly("registered orders");
    }

    @Test
    void aReloadChangesRulesAndKeepsState() {
        RetryRegistry registry =
                registry(Map.of("retry-budget", "50", "circuit-breaker", "on", "circuit-breaker-minimum-calls", "2"));
        Retry orders = registry.get("orders");
        fails(orders);
        CircuitBreaker.State before = orders.snapshot().breakerState().orElseThrow();
        double balance = orders.snapshot().budgetRemaining();
        assertThat(before).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(balance).isLessThan(50);

        registry.reload(RetryConfig.of(Map.of(
                "retry-budget", "50",
                "circuit-breaker", "on",
                "circuit-breaker-minimum-calls", "2",
                "max-attempts", "7")));

        assertThat(registry.get("orders")).isSameAs(orders);
        assertThat(orders.policy().maxAttempts()).isEqualTo(7);
        assertThat(orders.snapshot().breakerState()).contains(before);
        assertThat(orders.snapshot().budgetRemaining()).isEqualTo(balance);
        assertThat(orders.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void aReloadThatIsWrongChangesNothing() {
        RetryRegistry registry = registry(Map.of("max-attempts", "2"));
        Properties wrong = new Properties();
        wrong.setProperty("max-attempts", "5");
        wrong.setProperty("base-delay", "never");

        assertThatThrownBy(() -> registry.reload(RetryConfig.of(wrong))).hasMessageContaining("base-delay: never");

        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(2);
    }

    @Test
    void aReloadMakesANewBreakerWhereItsSettingsChanged() {
        RetryRegistry registry = registry(Map.of("circuit-breaker", "on", "circuit-breaker-minimum-calls", "2"));
        Retry orders = registry.get("orders");
        fails(orders);

        registry.reload(RetryConfig.of(Map.of("circuit-breaker", "0.9")));
        assertThat(orders.snapshot().breakerState()).contains(CircuitBreaker.State.CLOSED);

        registry.reload(RetryConfig.of(Map.of("circuit-breaker", "off")));
        assertThat(orders.snapshot().breakerState()).isEmpty();
    }

    @Test
    void callsGoOnWhileSettingsAreReadAgain() throws Exception {
        RetryRegistry registry = registry(Map.of());
        Retry orders = registry.get("orders");
        AtomicBoolean over = new AtomicBoolean();
        long[] calls = {0};
        Future<?> reloads = ForkJoinPool.commonPool().submit(() -> {
            for (int i = 0; !over.get(); i++) {
                registry.reload(RetryConfig.of(Map.of(
                        "max-attempts",
                        String.valueOf(1 + i % 5),
                        "retry-budget",
                        i % 2 == 0 ? "0.5" : "none",
                        "circuit-breaker",
                        i % 3 == 0 ? "on" : "off",
                        "enabled",
                        "true")));
            }
        });
        for (; calls[0] < 50_000; calls[0]++) {
            orders.run(() -> {});
        }
        over.set(true);
        reloads.get(1, TimeUnit.MINUTES);

        assertThat(orders.snapshot().calls()).isEqualTo(calls[0]);
    }

    @Test
    void clientsShareTheirBudgetBetweenServices() {
        RetryRegistry registry = registry(Map.of("max-budget", "3", "replenishment-rate", "0"));

        fails(registry.get("orders").forClient("tenant"));
        fails(registry.get("users").forClient("tenant"));

        assertThat(attempts[0]).as("3 attempts, then 2").isEqualTo(5);
        assertThat(registry.get("users")
                        .forClient("other")
                        .clientSnapshot()
                        .orElseThrow()
                        .budgetRemaining())
                .isEqualTo(3);
    }

    @Test
    void callsWithoutAClientAreBoundedToo() {
        RetryRegistry registry = registry(Map.of("max-budget", "3", "replenishment-rate", "0"));

        fails(registry.get("orders"));
        fails(registry.get("users"));

        assertThat(attempts[0]).isEqualTo(5);
    }

    @Test
    void closingTellsListenersOnce() {
        RetryRegistry registry = registry(Map.of());
        registry.get("orders");

        registry.close();
        registry.close();

        assertThat(told).containsExactly("registered orders", "closed orders");
    }

    @Test
    void aServiceThatIsClosedIsMadeAnewWhenItIsAskedFor() {
        RetryRegistry registry = registry(Map.of("circuit-breaker", "on", "circuit-breaker-minimum-calls", "2"));
        Retry first = registry.get("orders");
        registry.get("users");
        fails(first);
        assertThat(first.snapshot().breakerState()).contains(CircuitBreaker.State.OPEN);

        first.close();
        assertThat(registry.snapshot().keySet()).containsExactly("users");

        Retry second = registry.get("orders");
        assertThat(second).isNotEqualTo(first);
        assertThat(second.snapshot().calls()).isZero();
        assertThat(second.snapshot().breakerState()).contains(CircuitBreaker.State.CLOSED);
        assertThat(first.snapshot().calls()).isEqualTo(1);
        assertThat(told).containsExactly("registered orders", "registered users", "closed orders", "registered orders");
    }

    @Test
    void closingAViewTakesItsServiceOut() {
        RetryRegistry registry = registry(Map.of());

        registry.get("orders")
                .forClient("tenant")
                .with(CallOptions.defaults().nonIdempotent())
                .close();

        assertThat(registry.snapshot()).isEmpty();
    }

    @Test
    void closingAgainLeavesWhatWasMadeInItsPlace() {
        RetryRegistry registry = registry(Map.of());
        Retry first = registry.get("orders");
        first.close();
        Retry second = registry.get("orders");

        first.close();

        assertThat(registry.get("orders")).isSameAs(second);
    }

    @Test
    void aListenerThatAsksForAClosedServiceIsGivenANewOne() {
        List<Retry> given = new ArrayList<>();
        RetryRegistry[] registry = new RetryRegistry[1];
        registry[0] = RetryRegistry.builder()
                .listener(new RetryListener() {
                    @Override
                    public void closed(Retry retry) {
                        if (given.isEmpty()) {
                            given.add(registry[0].get(retry.name()));
                        }
                    }
                })
                .build(RetryConfig.of(Map.of()));
        Retry first = registry[0].get("orders");

        first.close();

        assertThat(given).doesNotContain(first).containsExactly(registry[0].get("orders"));
    }

    @Test
    void aServiceThatIsClosedAfterAReloadIsTakenOut() {
        RetryRegistry registry = registry(Map.of());
        Retry orders = registry.get("orders");
        registry.reload(RetryConfig.of(Map.of("max-attempts", "7")));

        orders.close();

        assertThat(registry.snapshot()).isEmpty();
        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(7);
    }

    @Test
    void aReloadDoesNotBringBackWhatWasClosed() {
        RetryRegistry registry = registry(Map.of());
        registry.get("orders").close();

        registry.reload(RetryConfig.of(Map.of("max-attempts", "7")));

        assertThat(registry.snapshot()).isEmpty();
    }

    @Test
    void aClosedServiceIsNeverGivenAgainWhileOthersAskForIt() throws Exception {
        RetryRegistry registry = RetryRegistry.load(Map.of());
        AtomicBoolean over = new AtomicBoolean();
        Thread other = new Thread(() -> {
            while (!over.get()) {
                registry.get("orders");
                registry.reload(RetryConfig.of(Map.of("max-attempts", "2")));
            }
        });
        other.start();
        try {
            for (int i = 0; i < 2_000; i++) {
                Retry closed = registry.get("orders");
                closed.close();
                assertThat(registry.get("orders")).isNotEqualTo(closed);
            }
        } finally {
            over.set(true);
            other.join();
        }
        assertThat(registry.get("orders")).isSameAs(registry.get("orders"));
    }

    @Test
    void snapshotsAreByName() {
        RetryRegistry registry = registry(Map.of());
        registry.get("users");
        registry.get("orders");

        assertThat(registry.snapshot().keySet()).containsExactly("orders", "users");
    }

    @Test
    void aRatioBudgetKeepsItsStateWhereTheClientsRateChanges() {
        RetryRegistry registry = registry(Map.of("retry-budget", "0.1"));
        Retry orders = registry.get("orders");
        fails(orders);
        double balance = orders.snapshot().budgetRemaining();

        registry.reload(RetryConfig.of(Map.of("retry-budget", "0.1", "replenishment-rate", "20")));

        assertThat(orders.snapshot().budgetRemaining()).isEqualTo(balance).isLessThan(2);
    }

    @Test
    void refusesANameThatIsBlank() {
        assertThatThrownBy(() -> registry(Map.of()).get(" "))
                .hasMessage("service: \" \" (expected: a name that is not blank)");
    }

    @Test
    void listenersAreToldOutsideTheLock() {
        List<Boolean> locked = new ArrayList<>();
        RetryRegistry[] registry = new RetryRegistry[1];
        registry[0] = RetryRegistry.builder()
                .listener(new RetryListener() {
                    @Override
                    public void registered(Retry retry) {
                        locked.add(Thread.holdsLock(registry[0]));
                    }

                    @Override
                    public void closed(Retry retry) {
                        locked.add(Thread.holdsLock(registry[0]));
                    }
                })
                .build(RetryConfig.of(Map.of()));

        registry[0].get("orders");
        registry[0].close();

        assertThat(locked).containsExactly(false, false);
    }

    @Test
    void aReloadChangesTheBudgetsOfTheClients() {
        RetryRegistry registry = registry(Map.of("max-budget", "3", "replenishment-rate", "0"));
        Retry tenant = registry.get("orders").forClient("tenant");

        registry.reload(RetryConfig.of(Map.of("max-budget", "1", "replenishment-rate", "0")));
        fails(tenant);

        assertThat(attempts[0]).isEqualTo(2);
        assertThat(tenant.clientSnapshot().orElseThrow().budgetCapacity()).isEqualTo(1);
    }

    @Test
    void aReloadMakesANewBudgetWhereItsSettingsChanged() {
        RetryRegistry registry = registry(Map.of("retry-budget", "50"));
        Retry orders = registry.get("orders");
        fails(orders);

        registry.reload(RetryConfig.of(Map.of("retry-budget", "20")));
        assertThat(orders.snapshot().budgetRemaining()).isEqualTo(20);
        assertThat(orders.snapshot().budgetCapacity()).isEqualTo(20);
    }

    @Test
    void aNameMayBeUsedAgainAfterItsServiceWasClosed() {
        RetryRegistry registry = registry(Map.of());
        Retry before = registry.get("orders");

        registry.close();

        assertThat(registry.get("orders")).isNotSameAs(before);
        assertThat(told).containsExactly("registered orders", "closed orders", "registered orders");
    }
}
