package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Criticality;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What code adds to the text of one service. */
class RetryRegistryCustomizeTest {

    private static final RetryConfig EMPTY = RetryConfig.of(Map.of());

    private static RetryRegistry.Builder builder() {
        return RetryRegistry.builder().runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}));
    }

    private static void fails(Retry retry) {
        assertThat(catchThrowable(() -> retry.run(() -> {
                    throw new IOException("down");
                })))
                .isInstanceOf(IOException.class);
    }

    /** A budget of the user's that throws at every question, or grants all. */
    private static final class OwnBudget implements RetryBudget {

        final boolean broken;
        int withdrawals;

        OwnBudget(boolean broken) {
            this.broken = broken;
        }

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            withdrawals++;
            if (broken) {
                throw new IllegalStateException("broken budget");
            }
            return TOKEN;
        }

        @Override
        public void refund(long milliTokens) {}

        @Override
        public void callSucceeded(long lastTaken) {}

        @Override
        public long balance() {
            return 7 * TOKEN;
        }

        @Override
        public long capacity() {
            return 9 * TOKEN;
        }
    }

    private static final class BrokenBreaker implements CircuitBreaker {

        @Override
        public CircuitBreaker.@Nullable Permit tryAcquire() {
            throw new IllegalStateException("broken breaker");
        }

        @Override
        public State state() {
            throw new IllegalStateException("broken breaker");
        }

        @Override
        public Duration untilProbe() {
            throw new IllegalStateException("broken breaker");
        }

        @Override
        public Subscription onTransition(TransitionListener listener) {
            throw new IllegalStateException("broken breaker");
        }
    }

    // ---- what it can change

    @Test
    void resultsAndFailuresAreClassifiedPerService() {
        RetryRegistry registry = builder()
                .customize((name, service) -> service.policy(policy -> policy.classifyResult(
                        Integer.class, status -> status < 400 ? null : Classification.of(ErrorCategory.SERVER_ERROR))))
                .customize(
                        "users",
                        users -> users.policy(
                                policy -> policy.classifier(failure -> Classification.of(ErrorCategory.CLIENT_ERROR))))
                .build(RetryConfig.of(Map.of("max-attempts", "2", "retry-budget", "none")));
        int[] attempts = {0};

        assertThat(registry.get("orders").<Integer, RuntimeException>call(() -> attempts[0]++ == 0 ? 503 : 200))
                .isEqualTo(200);
        fails(registry.get("users"));
        fails(registry.get("orders"));

        assertThat(attempts[0]).isEqualTo(2);
        assertThat(registry.get("users").snapshot().attempts()).isEqualTo(1);
        assertThat(registry.get("orders").snapshot().attempts()).isEqualTo(4);
    }

    @Test
    void codeHasTheLastWordOverText() {
        RetryRegistry registry = builder()
                .customize("orders", orders -> orders.policy(policy -> policy.maxAttempts(5)))
                .build(RetryConfig.of(Map.of("service.orders.max-attempts", "2", "service.orders.deadline", "7s")));

        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(5);
        assertThat(registry.get("orders").policy().deadlineNanos())
                .as("what the text says and the code does not")
                .isEqualTo(7_000_000_000L);

        registry.reload(RetryConfig.of(Map.of("max-attempts", "4")));
        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(5);
        assertThat(registry.get("users").policy().maxAttempts()).isEqualTo(4);
    }

    @Test
    void whatIsSetOnTheSameCustomizerOneAfterTheOtherHoldsTogether() {
        List<String> told = new ArrayList<>();
        List<RetryBudget.Spec> budgets = new ArrayList<>();
        RetryRegistry registry = builder()
                .customize("orders", orders -> {
                    ServiceCustomizer same = orders.listener(new RetryListener() {
                                @Override
                                public void onStop(FailedAttempt failed, StopReason reason) {
                                    told.add(reason.name());
                                }
                            })
                            .policy(policy -> policy.maxAttempts(1))
                            .circuitBreaker(CircuitBreakers.consecutiveFailures(2))
                            .withoutCircuitBreaker()
                            .gate(clock -> null)
                            .clientBudget(RetryBudgets.tokenBucket(3))
                            .budget(RetryBudgets.tokenBucket(7));
                    budgets.add(same.budget().orElseThrow());
                    same.withoutBudget();
                    assertThat(same).isSameAs(orders);
                    assertThat(same.name()).isEqualTo("orders");
                    assertThat(same.budget()).isEmpty();
                })
                .build(EMPTY);
        fails(registry.get("orders"));

        assertThat(told).containsExactly("ATTEMPTS_EXHAUSTED");
        assertThat(budgets).containsExactly(RetryBudgets.tokenBucket(7));
        assertThat(registry.get("orders").circuitBreaker()).isEmpty();
        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(1);
    }

    @Test
    void customizersAreAskedInTheirOrder() {
        RetryRegistry registry = builder()
                .customize((name, service) -> service.policy(policy -> policy.maxAttempts(5)))
                .customize("orders", orders -> orders.policy(policy -> policy.maxAttempts(6)))
                .customize((name, service) -> service.policy(policy -> policy.refuseNested()))
                .build(EMPTY);

        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(6);
        assertThat(registry.get("orders").policy().isNestedRefused()).isTrue();
        assertThat(registry.get("users").policy().maxAttempts()).isEqualTo(5);
    }

    @Test
    void aListenerIsAddedForOneServiceAndStaysAlone() {
        List<String> told = new ArrayList<>();
        RetryRegistry registry = builder()
                .customize(
                        "orders",
                        orders -> orders.listener(new RetryListener() {
                            @Override
                            public void registered(Retry retry) {
                                told.add("registered " + retry.name());
                            }

                            @Override
                            public void onStop(FailedAttempt failed, StopReason reason) {
                                told.add("stopped");
                            }
                        }))
                .build(RetryConfig.of(Map.of("max-attempts", "1")));
        fails(registry.get("orders"));
        fails(registry.get("users"));
        registry.reload(RetryConfig.of(Map.of("max-attempts", "1", "deadline", "1s")));
        fails(registry.get("orders"));

        assertThat(told).containsExactly("registered orders", "stopped", "stopped");
    }

    @Test
    void budgetsBreakersAndGatesAreReplacedOrTakenAway() {
        List<String> gates = new ArrayList<>();
        RetryRegistry registry = builder()
                .gate(clock -> {
                    gates.add("of the registry");
                    return null;
                })
                .customize("orders", orders -> orders.budget(RetryBudgets.tokenBucket(7))
                        .circuitBreaker(CircuitBreakers.consecutiveFailures(2))
                        .gate(clock -> {
                            gates.add("of orders");
                            return null;
                        }))
                .customize("users", users -> users.withoutBudget().withoutCircuitBreaker())
                .build(EMPTY);

        fails(registry.get("orders"));
        assertThat(registry.get("orders").snapshot().budgetCapacity()).isEqualTo(7);
        assertThat(registry.get("orders").snapshot().breakerState()).contains(CircuitBreaker.State.OPEN);
        assertThat(registry.get("users").snapshot().budgetCapacity()).isInfinite();
        assertThat(registry.get("users").snapshot().breakerState()).isEmpty();
        assertThat(gates).containsExactly("of orders", "of the registry");
    }

    @Test
    void theClientsOfOneServiceHaveABudgetThatNoOtherServiceShares() {
        RetryRegistry registry = builder()
                .customize("orders", orders -> orders.clientBudget(RetryBudgets.tokenBucket(3))
                        .withoutBudget())
                .build(RetryConfig.of(Map.of("max-budget", "50")));
        fails(registry.get("orders").forClient("tenant"));

        assertThat(registry.get("orders")
                        .forClient("tenant")
                        .clientSnapshot()
                        .orElseThrow()
                        .budgetRemaining())
                .isEqualTo(1);
        assertThat(registry.get("orders").snapshot().budgetRemaining()).isEqualTo(3);
        assertThat(registry.get("users")
                        .forClient("tenant")
                        .clientSnapshot()
                        .orElseThrow()
                        .budgetRemaining())
                .isEqualTo(50);

        registry.reload(RetryConfig.of(Map.of("max-budget", "40")));
        assertThat(registry.get("orders")
                        .forClient("tenant")
                        .clientSnapshot()
                        .orElseThrow()
                        .budgetRemaining())
                .isEqualTo(1);
        assertThat(registry.get("orders")
                        .forClient("tenant")
                        .clientSnapshot()
                        .orElseThrow()
                        .calls())
                .isEqualTo(1);
        assertThat(registry.get("users")
                        .forClient("tenant")
                        .clientSnapshot()
                        .orElseThrow()
                        .budgetRemaining())
                .isEqualTo(40);
    }

    // ---- reload

    @Test
    void partsWhoseDescriptionIsEqualKeepTheirState() {
        RetryRegistry registry = builder()
                .customize((name, service) -> service.budget(RetryBudgets.allOf(
                                RetryBudgets.tokenBucket(20),
                                RetryBudgets.ratio(1).minPerSecond(5)))
                        .circuitBreaker(CircuitBreakers.consecutiveFailures(2)))
                .build(EMPTY);
        Retry orders = registry.get("orders");
        fails(orders);
        double left = orders.snapshot().budgetRemaining();
        assertThat(left).isLessThan(20);

        registry.reload(RetryConfig.of(Map.of("max-attempts", "7")));

        assertThat(orders.policy().maxAttempts()).isEqualTo(7);
        assertThat(orders.snapshot().budgetRemaining()).isEqualTo(left);
        assertThat(orders.snapshot().breakerState()).contains(CircuitBreaker.State.OPEN);
    }

    @Test
    void aPartWhoseDescriptionChangedIsMadeAgain() {
        AtomicInteger capacity = new AtomicInteger(20);
        RetryRegistry registry = builder()
                .customize((name, service) -> service.budget(RetryBudgets.tokenBucket(capacity.get())))
                .build(EMPTY);
        Retry orders = registry.get("orders");
        fails(orders);

        capacity.set(30);
        registry.reload(EMPTY);

        assertThat(orders.snapshot().budgetRemaining()).isEqualTo(30);
    }

    @Test
    void aLambdaThatGivesTheSameBudgetKeepsIt() {
        OwnBudget own = new OwnBudget(false);
        RetryRegistry registry = builder()
                .customize((name, service) -> service.budget(clock -> own))
                .build(EMPTY);
        Retry orders = registry.get("orders");
        fails(orders);
        registry.reload(EMPTY);
        fails(orders);

        assertThat(own.withdrawals).isEqualTo(4);
        assertThat(orders.snapshot().budgetRemaining()).isEqualTo(7);
    }

    @Test
    void partsOfTheUsersThatThrowChangeNoCall() {
        RetryRegistry registry = builder()
                .customize((name, service) ->
                        service.budget(clock -> new OwnBudget(true)).circuitBreaker((of, clock) -> new BrokenBreaker()))
                .build(EMPTY);
        Retry orders = registry.get("orders");

        fails(orders);
        assertThat(orders.<String, RuntimeException>call(() -> "done")).isEqualTo("done");
        registry.reload(RetryConfig.of(Map.of("max-attempts", "9")));
        fails(orders);
        assertThat(orders.<String, RuntimeException>call(() -> "done")).isEqualTo("done");

        assertThat(orders.snapshot().calls()).isEqualTo(4);
        assertThat(orders.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isEqualTo(2);
    }

    @Test
    void aPartThatCannotBeMadeMakesNoService() {
        AtomicBoolean broken = new AtomicBoolean(true);
        List<String> told = new ArrayList<>();
        RetryRegistry registry = builder()
                .listener(new RetryListener() {
                    @Override
                    public void registered(Retry retry) {
                        told.add(retry.name());
                    }
                })
                .customize(
                        "orders",
                        orders -> orders.budget(clock -> {
                            if (broken.get()) {
                                throw new IllegalStateException("no room");
                            }
                            return new OwnBudget(false);
                        }))
                .build(EMPTY);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.get("orders"))
                .withMessage("service orders: its customizer threw java.lang.IllegalStateException: no room")
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(registry.snapshot()).isEmpty();
        broken.set(false);

        assertThat(registry.get("orders").snapshot().budgetRemaining()).isEqualTo(7);
        assertThat(told).containsExactly("orders");
    }

    @Test
    void aReloadThatThrowsForOneServiceChangesNone() {
        AtomicBoolean broken = new AtomicBoolean();
        RetryRegistry registry = builder()
                .customize(
                        "users",
                        users -> users.circuitBreaker((name, clock) -> {
                            if (broken.get()) {
                                throw new IllegalArgumentException("window: 0 (expected: >= 1)");
                            }
                            return CircuitBreakers.standard().create(name, clock);
                        }))
                .build(RetryConfig.of(Map.of("max-attempts", "2", "max-budget", "9", "retry-budget", "50")));
        List<Retry> services = new ArrayList<>();
        for (String name : List.of("a", "users", "z")) {
            services.add(registry.get(name));
            fails(services.get(services.size() - 1));
        }
        String before = registry.snapshot().toString();
        broken.set(true);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.reload(RetryConfig.of(Map.of("max-attempts", "5", "max-budget", "3"))))
                .withMessage("service users: window: 0 (expected: >= 1)");

        assertThat(registry.snapshot()).hasToString(before);
        assertThat(services).allSatisfy(retry -> {
            assertThat(retry.policy().maxAttempts()).isEqualTo(2);
            assertThat(retry.forClient("new").clientSnapshot().orElseThrow().budgetCapacity())
                    .isEqualTo(9);
        });
        assertThat(registry.get("later").policy().maxAttempts())
                .as("the old settings stay in force")
                .isEqualTo(2);
        broken.set(false);
        registry.reload(RetryConfig.of(Map.of("max-attempts", "5")));
        assertThat(services)
                .allSatisfy(retry -> assertThat(retry.policy().maxAttempts()).isEqualTo(5));
    }

    @Test
    void aPolicyThatCodeMakesWrongNamesItsService() {
        RetryRegistry registry = builder()
                .customize("orders", orders -> orders.policy(policy -> policy.maxAttempts(0)))
                .build(EMPTY);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.get("orders"))
                .withMessage("service orders: maxAttempts: 0 (expected: >= 1)");
    }

    @Test
    void aCustomizerMayAskForAnotherServiceAndNotForItsOwn() {
        RetryRegistry[] registry = new RetryRegistry[1];
        registry[0] = builder()
                .customize("orders", orders -> registry[0].get("users"))
                .customize("loop", loop -> registry[0].get("loop"))
                .customize("reloads", reloads -> registry[0].reload(EMPTY))
                .build(EMPTY);

        assertThat(registry[0].get("orders").name()).isEqualTo("orders");
        assertThat(registry[0].snapshot().keySet()).containsExactly("orders", "users");
        assertThatThrownBy(() -> registry[0].get("loop"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("service loop: ")
                .hasMessageContaining("asks the registry for the service itself");
        assertThatThrownBy(() -> registry[0].get("reloads")).hasMessageContaining("called by a customizer");
        registry[0].get("orders").close();
        registry[0].get("orders");
        registry[0].get("users").close();

        registry[0].reload(RetryConfig.of(Map.of("max-attempts", "8")));

        assertThat(registry[0].get("users").policy().maxAttempts())
                .as("made while the settings were read again")
                .isEqualTo(8);
    }

    @Test
    void callsGoOnAndAreCountedWhileCustomizedServicesAreReadAgain() throws Exception {
        AtomicInteger round = new AtomicInteger();
        RetryRegistry registry = RetryRegistry.builder()
                .runtime(r -> r.sleeper(nanos -> {}))
                .customize((name, service) -> {
                    int now = round.incrementAndGet();
                    if (now % 7 == 0) {
                        throw new IllegalStateException("every seventh time");
                    }
                    if (now % 2 == 0) {
                        service.budget(clock -> new OwnBudget(now % 3 == 0));
                    }
                    if (now % 5 == 0) {
                        service.circuitBreaker((of, clock) -> new BrokenBreaker());
                    } else {
                        service.withoutCircuitBreaker();
                    }
                    service.policy(policy -> policy.maxAttempts(1 + now % 3));
                })
                .build(EMPTY);
        Retry orders = registry.get("orders");
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch reloaded = new CountDownLatch(200);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<?> reloads = threads.submit(() -> {
                while (!over.get()) {
                    try {
                        registry.reload(RetryConfig.of(Map.of("enabled", "true")));
                    } catch (IllegalArgumentException seventh) {
                        assertThat(seventh).hasMessageContaining("every seventh time");
                    }
                    reloaded.countDown();
                }
            });
            List<Future<Integer>> callers = new ArrayList<>();
            for (int caller = 0; caller < 2; caller++) {
                callers.add(threads.submit(() -> {
                    int calls = 0;
                    while (calls < 10_000 || reloaded.getCount() > 0) {
                        calls++;
                        if (calls % 4 == 0) {
                            fails(orders);
                        } else {
                            orders.run(() -> {});
                        }
                    }
                    return calls;
                }));
            }
            long calls = callers.get(0).get() + callers.get(1).get();
            over.set(true);
            reloads.get();

            assertThat(orders.snapshot().calls()).isEqualTo(calls);
            long failed = callers.get(0).get() / 4 + callers.get(1).get() / 4;
            assertThat(orders.snapshot().successes()).isEqualTo(calls - failed);
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    // ---- names

    @Test
    void aStrictRegistryRefusesANameThatNothingKnows() {
        RetryRegistry registry = builder()
                .customize("orders", orders -> {})
                .strict()
                .build(RetryConfig.of(Map.of("service.user-service.max-attempts", "2", "max-attempts", "4")));

        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(4);
        assertThat(registry.get("user-service").policy().maxAttempts()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.get("user-servise"))
                .withMessage(
                        "service: \"user-servise\" (expected: a service that a key or a customizer names; did you mean"
                                + " user-service?)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.get("payments\n"))
                .withMessage("service: \"payments\\n\" (expected: one of orders, user-service)");
        registry.reload(RetryConfig.of(Map.of("service.payments.max-attempts", "2")));
        assertThat(registry.get("payments").policy().maxAttempts()).isEqualTo(2);
        assertThat(registry.snapshot().keySet()).containsExactly("orders", "payments", "user-service");
    }

    @Test
    void aStrictRegistryThatKnowsNothingSaysSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().strict().build(EMPTY).get("orders"))
                .withMessage(
                        "service: \"orders\" (expected: a service that a key or a customizer names, and none does)");
    }

    // ---- builders

    @Test
    void aBuilderThatIsUsedAgainDoesNotChangeWhatItMade() {
        List<String> told = new ArrayList<>();
        RetryRegistry.Builder builder = builder();
        RetryRegistry first = builder.build(EMPTY);
        builder.listener(new RetryListener() {
                    @Override
                    public void registered(Retry retry) {
                        told.add(retry.name());
                    }
                })
                .overloadSignal(() -> true)
                .gate(clock -> {
                    throw new IllegalStateException("gate of the second");
                })
                .runtime(r -> r.clock(() -> {
                            throw new IllegalStateException("clock of the second");
                        })
                        .sleeper(nanos -> {
                            throw new IllegalStateException("sleeper of the second");
                        }))
                .customize((name, service) -> service.policy(policy -> policy.maxAttempts(9)))
                .strict();

        Retry orders = first.get("orders");
        fails(orders);

        assertThat(told).isEmpty();
        assertThat(orders.policy().maxAttempts()).isEqualTo(3);
        assertThat(orders.snapshot().attempts()).isEqualTo(3);
    }

    @Test
    void aBuilderOfAServiceThatIsUsedAgainDoesNotChangeWhatItMade() {
        List<String> told = new ArrayList<>();
        Retries.Builder builder =
                Retries.named("used-again").runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}));
        Retry first = builder.build();
        builder.listener(new RetryListener() {
            @Override
            public void onStop(FailedAttempt failed, StopReason reason) {
                told.add("stopped");
            }
        });
        builder.overloadSignal(() -> true)
                .runtime(r -> r.sleeper(nanos -> {
                    throw new IllegalStateException("sleeper of the second");
                }));
        builder.withoutBudget().withoutCircuitBreaker();

        fails(first);

        assertThat(told).isEmpty();
        assertThat(first.snapshot().attempts()).isEqualTo(3);
        assertThat(first.snapshot().breakerState()).isPresent();
    }

    @Test
    void namesWhatIsMissing() {
        RetryRegistry.Builder builder = builder();

        assertThatNullPointerException()
                .isThrownBy(() -> builder.customize(null))
                .withMessage("customizer");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.customize("x", null))
                .withMessage("customizer");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.customize(" ", x -> {}));
        for (Consumer<ServiceCustomizer> missing : List.<Consumer<ServiceCustomizer>>of(
                c -> c.listener(null),
                c -> c.budget(null),
                c -> c.clientBudget(null),
                c -> c.circuitBreaker(null),
                c -> c.gate(null))) {
            assertThatThrownBy(() ->
                            builder().customize("orders", missing).build(EMPTY).get("orders"))
                    .hasMessageStartingWith("service orders: its customizer threw java.lang.NullPointerException: ");
        }
    }

    // ---- closing

    @Test
    void closingFromManyThreadsTellsListenersOnce() throws Exception {
        for (int round = 0; round < 50; round++) {
            AtomicInteger closed = new AtomicInteger();
            RetryRegistry registry = builder()
                    .listener(new RetryListener() {
                        @Override
                        public void closed(Retry retry) {
                            closed.incrementAndGet();
                        }
                    })
                    .build(EMPTY);
            Retry orders = registry.get("orders");
            registry.get("users");
            CountDownLatch start = new CountDownLatch(1);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<?>> closers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Runnable closer = i % 2 == 0 ? registry::close : orders::close;
                closers.add(threads.submit(() -> {
                    start.await();
                    closer.run();
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> closer : closers) {
                closer.get();
            }
            threads.shutdown();

            assertThat(closed.get()).isEqualTo(2);
            registry.close();
            orders.close();
            assertThat(closed.get()).isEqualTo(2);
        }
    }

    @Test
    void anErrorOfTheMachineIsThrownAsItIs() {
        RetryRegistry registry = builder()
                .customize("orders", orders -> {
                    throw new OutOfMemoryError("planned");
                })
                .build(EMPTY);

        assertThatThrownBy(() -> registry.get("orders")).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> registry.get("orders")).isInstanceOf(OutOfMemoryError.class);
        assertThat(registry.snapshot()).isEmpty();
    }

    @Test
    void propertiesThatAreWrongDoNotAskTheCustomizers() {
        AtomicInteger asked = new AtomicInteger();
        RetryRegistry registry =
                builder().customize((name, service) -> asked.incrementAndGet()).build(EMPTY);
        registry.get("orders");
        Properties wrong = new Properties();
        wrong.setProperty("max-attempts", "0");

        assertThatIllegalArgumentException().isThrownBy(() -> registry.reload(RetryConfig.of(wrong)));
        assertThat(asked.get()).isEqualTo(1);
    }
}
