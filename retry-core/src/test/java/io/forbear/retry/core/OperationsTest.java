package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Jitter;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ConfiguredValue.Source;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.ServiceEvent.Kind;
import io.forbear.retry.operations.ServiceOperations;
import io.forbear.retry.operations.TopClient;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What those who operate a service see of it, and what their switches do. */
class OperationsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final World world = new World();
    private final List<ServiceEvent> told = new ArrayList<>();
    private int attempts;

    private final RetryListener listener = new RetryListener() {
        @Override
        public void onEvent(ServiceEvent event) {
            told.add(event);
        }
    };

    private Retry users(int maxAttempts) {
        return world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(maxAttempts)
                        .backoff(Backoff.fixed(Duration.ofMillis(10)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .circuitBreaker(
                        CircuitBreakers.failureRate(0.9).minimumCalls(20).window(Duration.ofSeconds(10)))
                .listener(listener)
                .build();
    }

    private void fails(Retry retry, Exception failure, int calls) {
        for (int i = 0; i < calls; i++) {
            catchThrowable(() -> retry.call(() -> {
                attempts++;
                throw failure;
            }));
        }
    }

    private static void succeeds(Retry retry, int calls) {
        for (int i = 0; i < calls; i++) {
            retry.run(() -> {});
        }
    }

    private static List<Kind> kinds(Retry retry) {
        return retry.operations().events().stream().map(ServiceEvent::kind).toList();
    }

    private static ServiceEvent last(Retry retry) {
        List<ServiceEvent> events = retry.operations().events();
        return events.get(events.size() - 1);
    }

    // ---- events

    @Test
    void aServiceOfWhichNothingHasFailedHasNothingToTell() {
        Retry users = users(1);
        succeeds(users, 50);

        ServiceOperations operations = users.operations();

        assertThat(operations.events()).isEmpty();
        assertThat(operations.topClientsByFailures()).isEmpty();
        assertThat(operations.pause()).isEmpty();
        assertThat(operations.service()).isEqualTo("users");
        assertThat(operations.breakerWindow().orElseThrow().calls()).isEqualTo(50);
        assertThat(operations).isEqualTo(users.forClient("tenant").operations());
    }

    @Test
    void saysWhatOpenedTheBreaker() {
        Retry users = users(1);
        succeeds(users, 2);
        fails(users, new IOException("reset"), 1);
        fails(users, new SocketTimeoutException(), 17);

        assertThat(users.operations().events()).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(Kind.BREAKER_OPENED);
            assertThat(event.service()).isEqualTo("users");
            assertThat(event.text())
                    .isEqualTo("circuit breaker opened because 18 of 20 calls failed, 17 of them TIMEOUT;"
                            + " calls refused since the last opening: 0");
            assertThat(event.fields())
                    .containsEntry("calls", 20L)
                    .containsEntry("failures", 18L)
                    .containsEntry("slow", 0L)
                    .containsEntry("topCategory", "TIMEOUT")
                    .containsEntry("topCategoryFailures", 17L)
                    .containsEntry("refused", 0L);
        });
        assertThat(told).isEqualTo(users.operations().events());
        assertThat(users.operations().breakerWindow().orElseThrow().failureRate())
                .isEqualTo(0.9);
    }

    @Test
    void theBreakerIsFollowedFromOpeningToOpening() {
        Retry users = users(1);
        fails(users, new SocketTimeoutException(), 20);
        fails(users, new SocketTimeoutException(), 7); // refused
        world.pass(MINUTE);
        fails(users, new IOException("reset"), 1); // a probe
        fails(users, new IOException("reset"), 2); // refused
        world.pass(MINUTE);
        succeeds(users, 1);

        assertThat(kinds(users))
                .containsExactly(
                        Kind.BREAKER_OPENED,
                        Kind.BREAKER_HALF_OPENED,
                        Kind.BREAKER_REOPENED,
                        Kind.BREAKER_HALF_OPENED,
                        Kind.BREAKER_CLOSED);
        List<ServiceEvent> events = users.operations().events();
        assertThat(events.get(2).text())
                .isEqualTo("circuit breaker opened again because a probe failed: NETWORK_ERROR;"
                        + " calls refused since the last opening: 7");
        assertThat(events.get(4).fields()).containsExactly(Map.entry("refused", 9L));
        assertThat(users.snapshot().refused(StopReason.CIRCUIT_OPEN)).isEqualTo(9);
        assertThat(users.snapshot().refused()).isEqualTo(9);
    }

    @Test
    void aWindowOfCallsKnowsTheLastFailureAlone() {
        Retry users = world.named("users")
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .circuitBreaker(CircuitBreakers.consecutiveFailures(3))
                .build();

        fails(users, new SocketTimeoutException(), 3);

        assertThat(last(users).text()).contains("because 3 of 3 calls failed, the last of them TIMEOUT;");
        assertThat(last(users).fields())
                .containsEntry("lastCategory", "TIMEOUT")
                .doesNotContainKey("topCategory");
    }

    @Test
    void slowCallsAreNamedWhereTheyOpen() {
        Retry users = world.named("users")
                .circuitBreaker(CircuitBreakers.failureRate(1)
                        .slowCallRate(0.5, Duration.ofMillis(100))
                        .minimumCalls(4))
                .build();
        for (int i = 0; i < 4; i++) {
            catchThrowable(() -> users.run(() -> world.pass(Duration.ofMillis(200))));
        }

        assertThat(last(users).text()).contains("because 0 of 4 calls failed, and 4 were slow;");
    }

    @Test
    void theBudgetIsToldWhenItFirstDeniesAndWhenItGrantsAgain() {
        Retry users = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .build())
                .budget(RetryBudgets.tokenBucket(2).refill(1, Duration.ofSeconds(10)))
                .withoutCircuitBreaker()
                .listener(listener)
                .build();
        Retry tenant = users.forClient("tenant");

        fails(tenant, new IOException("reset"), 2);
        assertThat(users.operations().events()).isEmpty();
        fails(tenant, new IOException("reset"), 412);
        world.pass(Duration.ofSeconds(10));
        fails(users, new IOException("reset"), 2);

        assertThat(kinds(users)).containsExactly(Kind.BUDGET_DENIED, Kind.BUDGET_GRANTED, Kind.BUDGET_DENIED);
        assertThat(told.get(0).text()).isEqualTo("retry budget of the service denies retries: 0.0 of 2.0 tokens left");
        assertThat(told.get(0).fields())
                .containsEntry("budget", "service")
                .containsEntry("balance", 0L)
                .containsEntry("capacity", 2000L)
                .containsEntry("topClient", "tenant")
                .containsEntry("topClientMilliTokens", 2000L);
        assertThat(told.get(1).text()).isEqualTo("retry budget grants retries again; calls denied: 412");
    }

    @Test
    void aBudgetThatFillsDropByDropIsNotToldEachTime() {
        Retry users = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .build())
                .budget(RetryBudgets.tokenBucket(1).refill(1, Duration.ofMillis(100)))
                .withoutCircuitBreaker()
                .build();

        for (int i = 0; i < 100; i++) {
            fails(users, new IOException("reset"), 2); // the first is granted, the second denied
            world.pass(Duration.ofMillis(100));
        }

        assertThat(users.snapshot().budgetDenied()).isEqualTo(100);
        assertThat(kinds(users)).containsExactly(Kind.BUDGET_DENIED);
    }

    @Test
    void theBudgetOfAClientIsToldAsThat() {
        Retry users = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .clientBudget(RetryBudgets.tokenBucket(1))
                .build();

        fails(users.forClient("tenant"), new IOException("reset"), 2);

        assertThat(last(users).text()).isEqualTo("retry budget of a client denies retries: 0.0 of 1.0 tokens left");
    }

    @Test
    void theLastHundredEventsAreKept() {
        Retry users = users(1);
        for (int i = 0; i < 150; i++) {
            users.operations().resumeRetries("alice", "reason " + i);
        }

        List<ServiceEvent> events = users.operations().events();

        assertThat(events).hasSize(ServiceOperations.EVENTS);
        assertThat(events.get(0).fields()).containsEntry("why", "reason 50");
        assertThat(events.get(99).fields()).containsEntry("why", "reason 149");
    }

    // ---- clients

    @Test
    void namesTheClientsThatFailAndBurnMost() {
        Retry users = users(2);
        fails(users.forClient("noisy"), new IOException("reset"), 4);
        fails(users.forClient("quiet"), new IOException("reset"), 1);
        succeeds(users.forClient("good"), 100);
        fails(users, new IOException("reset"), 1);

        assertThat(users.operations().topClientsByFailures())
                .containsExactly(new TopClient("noisy", 8, 0), new TopClient("quiet", 2, 0));
        assertThat(users.operations().topClientsByBudget()).isEmpty(); // there is no budget
    }

    @Test
    void aRetryThatIsNotMadeBurnsNothing() {
        Retry users = world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Backoff.fixed(Duration.ofMillis(10)))
                        .build())
                .budget(RetryBudgets.tokenBucket(100))
                .withoutCircuitBreaker()
                .build();
        world.duringWait = () -> Thread.currentThread().interrupt();

        fails(users.forClient("tenant"), new IOException("reset"), 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(users.operations().topClientsByBudget()).isEmpty();

        world.duringWait = () -> {};
        fails(users.forClient("tenant"), new IOException("reset"), 1);
        assertThat(users.operations().topClientsByBudget()).containsExactly(new TopClient("tenant", 2000, 0));
    }

    @Test
    void noClientsAreKeptWhereNoneAreWanted() {
        Retry users = world.named("users").topClients(0).build();
        fails(users.forClient("tenant"), new IOException("reset"), 4);

        assertThat(users.operations().topClientsByFailures()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retries.named("users").topClients(1001))
                .withMessage("topClients: 1001 (expected: from 0 to 1000)");
    }

    // ---- the breaker by hand

    @Test
    void aBreakerIsForcedOpenAndReset() {
        Retry users = users(1);

        users.operations().forceBreakerOpen("alice", "INC-7");
        assertThatThrownBy(() -> succeeds(users, 1)).isInstanceOf(CircuitOpenException.class);
        users.operations().resetBreaker("bob", "INC-7 is over");
        succeeds(users, 1);

        assertThat(users.operations().events())
                .extracting(ServiceEvent::text)
                .containsExactly(
                        "circuit breaker was forced: FORCED_OPEN",
                        "circuit breaker forced open by alice: INC-7",
                        "circuit breaker closed; calls refused since it opened: 1",
                        "circuit breaker reset by bob: INC-7 is over");
        assertThat(told.get(1).fields()).containsEntry("who", "alice").containsEntry("why", "INC-7");
    }

    @Test
    void aBreakerThatIsForcedClosedLetsEveryAttemptPassAndGoesOnCounting() {
        Retry users = users(1);
        fails(users, new SocketTimeoutException(), 20);

        users.operations().forceBreakerClosed("alice", "INC-7");
        fails(users, new SocketTimeoutException(), 30);

        assertThat(attempts).isEqualTo(50);
        assertThat(users.snapshot().breakerState()).contains(CircuitBreaker.State.METRICS_ONLY);
        assertThat(users.operations().breakerWindow().orElseThrow().failures()).isEqualTo(30);
    }

    @Test
    void aServiceWithoutABreakerSaysSo() {
        Retry users = world.named("us\ners").withoutCircuitBreaker().build();

        assertThatThrownBy(() -> users.operations().forceBreakerOpen("alice", "INC-7"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("circuit breaker of us\\ners: none (expected: a service with one)");
        assertThat(users.operations().events()).isEmpty();
        assertThat(users.operations().breakerWindow()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines", "tab\t", "\u2028"})
    void whoAndWhyAreOneLine(String text) {
        Retry users = users(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> users.operations().forceBreakerOpen(text, "why"))
                .withMessageStartingWith("who: ")
                .withMessageEndingWith("(expected: one line of 1 to 100 characters)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> users.operations().pauseRetries(MINUTE, "alice", text))
                .withMessageEndingWith("(expected: one line of 1 to 200 characters)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> users.operations().resumeRetries("alice", "x".repeat(201)))
                .withMessageStartingWith("why: xxx");
        assertThat(users.snapshot().breakerState()).contains(CircuitBreaker.State.CLOSED);
        assertThat(users.operations().events()).isEmpty();
    }

    // ---- the pause

    @Test
    void aPausedServiceMakesEachCallOnceAndSaysWhy() {
        Retry users = users(3);

        users.operations().pauseRetries(MINUTE, "alice", "INC-7");
        fails(users, new IOException("reset"), 5);
        succeeds(users, 1);

        assertThat(attempts).isEqualTo(5);
        assertThat(users.snapshot().stopped(StopReason.DISABLED)).isEqualTo(5);
        assertThat(users.snapshot().calls()).isEqualTo(6);
        assertThat(users.snapshot().failedAttempts(ErrorCategory.NETWORK_ERROR)).isEqualTo(5);
        assertThat(users.operations().pause()).hasValueSatisfying(pause -> {
            assertThat(pause.remaining()).isEqualTo(MINUTE);
            assertThat(pause.who()).isEqualTo("alice");
            assertThat(pause.why()).isEqualTo("INC-7");
        });
        assertThat(last(users).text()).isEqualTo("retries paused for PT1M by alice: INC-7");
    }

    @Test
    void aPauseEndsByItself() {
        Retry users = users(3);
        users.operations().pauseRetries(MINUTE, "alice", "INC-7");

        world.pass(MINUTE.minusNanos(1));
        fails(users, new IOException("reset"), 1);
        assertThat(attempts).isEqualTo(1);
        world.pass(Duration.ofNanos(1));
        fails(users, new IOException("reset"), 1);

        assertThat(attempts).isEqualTo(4);
        assertThat(users.operations().pause()).isEmpty();
        assertThat(kinds(users)).containsExactly(Kind.SWITCHED, Kind.PAUSE_ENDED);
        assertThat(last(users).text()).isEqualTo("pause of retries is over, which was set by alice: INC-7");
    }

    @Test
    void aPauseIsEndedByHand() {
        Retry users = users(2);
        users.operations().pauseRetries(MINUTE, "alice", "INC-7");
        users.operations().resumeRetries("bob", "false alarm");
        fails(users, new IOException("reset"), 1);
        world.pass(MINUTE);

        assertThat(attempts).isEqualTo(2);
        assertThat(kinds(users)).containsExactly(Kind.SWITCHED, Kind.SWITCHED);
    }

    @Test
    void aRetryThatWaitsWhenThePauseComesIsNotMadeAndGivenBack() {
        Retry users = world.named("users")
                .policy(RetryPolicy.builder().maxAttempts(3).build())
                .budget(RetryBudgets.tokenBucket(10))
                .build();
        world.duringWait = () -> users.operations().pauseRetries(MINUTE, "alice", "INC-7");

        fails(users, new IOException("reset"), 1);

        assertThat(attempts).isEqualTo(1);
        assertThat(users.snapshot().stopped(StopReason.DISABLED)).isEqualTo(1);
        assertThat(users.snapshot().budgetRemaining()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "-PT1S", "PT24H0.000000001S"})
    void aPauseHasATimeToLiveOfADayAtMost(String time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> users(1).operations().pauseRetries(Duration.parse(time), "alice", "INC-7"))
                .withMessageStartingWith("timeToLive: ");
    }

    // ---- a registry

    private RetryRegistry registry(Map<String, String> settings) {
        return RetryRegistry.builder()
                .clock(world.now::get)
                .listener(listener)
                .customize("orders", service -> service.policy(p -> p.maxAttempts(9)))
                .build(RetryConfig.of(settings));
    }

    @Test
    void aRegistryShowsTheServicesThatItHasMadeAndMakesNone() {
        RetryRegistry registry = registry(Map.of());
        assertThat(registry.operations().service("users")).isEmpty();
        Retry users = registry.get("users");
        registry.get("orders");

        assertThat(registry.operations().services()).containsOnlyKeys("orders", "users");
        assertThat(registry.operations().service("users")).contains(users.operations());
        users.close();
        assertThat(registry.operations().services()).containsOnlyKeys("orders");
    }

    @Test
    void aPauseOfAllIsForThoseMadeLaterToo() {
        RetryRegistry registry = registry(Map.of());
        Retry users = registry.get("users");
        registry.operations().pauseRetries(MINUTE, "alice", "INC-7");
        world.pass(Duration.ofSeconds(20));
        Retry orders = registry.get("orders");

        assertThat(users.operations().pause()).isPresent();
        assertThat(orders.operations().pause())
                .hasValueSatisfying(pause -> assertThat(pause.remaining()).isEqualTo(Duration.ofSeconds(40)));
        registry.operations().resumeRetries("bob", "over");
        assertThat(orders.operations().pause()).isEmpty();
        assertThat(registry.get("late").operations().pause()).isEmpty();
        registry.operations().pauseRetries(MINUTE, "alice", "INC-7");
        world.pass(MINUTE);
        assertThat(registry.get("later").operations().events()).isEmpty();
    }

    @Test
    void aReloadIsAnEventThatNamesWhatChanged() {
        RetryRegistry registry = registry(Map.of());
        Retry users = registry.get("users");
        registry.get("orders");

        registry.reload(
                RetryConfig.of(Map.of("service.users.max-attempts", "5", "service.users.circuit-breaker", "off")));
        registry.reload(
                RetryConfig.of(Map.of("service.users.max-attempts", "5", "service.users.circuit-breaker", "off")));

        assertThat(told).singleElement().satisfies(event -> {
            assertThat(event.service()).isEqualTo("users");
            assertThat(event.kind()).isEqualTo(Kind.RELOADED);
            assertThat(event.fields()).containsEntry("max-attempts", "3 -> 5").containsKey("circuit-breaker");
            assertThat(event.text()).startsWith("configuration reloaded: max-attempts 3 -> 5");
        });
        assertThat(registry.operations().service("orders").orElseThrow().events())
                .isEmpty();
        assertThat(value(users, "max-attempts").detail()).isEqualTo("service.users.max-attempts");
    }

    @Test
    void aReloadDoesNotEndAPause() {
        RetryRegistry registry = registry(Map.of());
        Retry users = registry.get("users");
        users.operations().pauseRetries(MINUTE, "alice", "INC-7");

        registry.reload(RetryConfig.of(Map.of("max-attempts", "5")));

        assertThat(users.operations().pause()).isPresent();
    }

    // ---- configuration

    private static ConfiguredValue value(Retry retry, String name) {
        return retry.operations().configuration().stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachSettingHasItsSource() {
        RetryRegistry registry = registry(Map.of(
                "max-delay",
                "9s",
                "service.users.circuit_breaker-window",
                "3s",
                "service.stock.preset",
                "specification"));
        Retry users = registry.get("users");

        assertThat(value(users, "max-attempts"))
                .isEqualTo(new ConfiguredValue("max-attempts", "3", Source.DEFAULT, ""));
        assertThat(value(users, "max-delay"))
                .isEqualTo(new ConfiguredValue("max-delay", "PT9S", Source.KEY, "max-delay"));
        assertThat(value(users, "circuit-breaker").source()).isEqualTo(Source.KEY);
        assertThat(value(users, "circuit-breaker").detail()).isEqualTo("service.users.circuit_breaker-window");
        assertThat(value(registry.get("orders"), "max-attempts"))
                .isEqualTo(new ConfiguredValue("max-attempts", "9", Source.CUSTOMIZER, ""));
        assertThat(value(registry.get("stock"), "base-delay"))
                .isEqualTo(new ConfiguredValue("base-delay", "PT0.1S", Source.PRESET, "specification"));
        assertThat(value(registry.get("stock"), "max-budget").value()).isEqualTo("100 tokens, 10.0 a minute");
        assertThat(users.operations().configuration())
                .extracting(ConfiguredValue::value)
                .noneMatch(text -> text.contains("@"));
    }

    @Test
    void aBuilderIsTheSourceOfWhatItChanged() {
        Retry users = Retries.named("users")
                .policy(RetryPolicy.builder().maxAttempts(4).build())
                .budget(clock -> RetryBudgets.earned().create(clock))
                .build();

        assertThat(value(users, "max-attempts").source()).isEqualTo(Source.BUILDER);
        assertThat(value(users, "retry-budget"))
                .isEqualTo(new ConfiguredValue("retry-budget", "of the program", Source.BUILDER, ""));
        assertThat(value(users, "circuit-breaker").source()).isEqualTo(Source.DEFAULT);
        assertThat(value(users, "deadline").value()).isEqualTo("none");
    }

    /** A description of the program's own, whose text is what it is given. */
    private record Described(Supplier<String> text) implements RetryBudget.Spec {

        @Override
        public RetryBudget create(NanoClock clock) {
            return RetryBudgets.earned().create(clock);
        }

        @Override
        public String toString() {
            return text.get();
        }
    }

    @Test
    void aDescriptionThatThrowsOrBreaksLinesHarmsNeitherAReloadNorAReader() {
        List<String> texts = new ArrayList<>(List.of("one\nline"));
        RetryRegistry registry = RetryRegistry.builder()
                .customize((name, service) -> service.budget(new Described(() -> {
                    if (texts.isEmpty()) {
                        throw new IllegalStateException("of the test");
                    }
                    return texts.get(0);
                })))
                .build(RetryConfig.of(Map.of()));
        Retry users = registry.get("users");

        assertThat(value(users, "retry-budget").value()).isEqualTo("one\\nline");
        texts.clear();
        registry.reload(RetryConfig.of(Map.of("max-attempts", "7")));
        assertThat(users.policy().maxAttempts()).isEqualTo(7);
        assertThat(value(users, "retry-budget").value()).isEqualTo("of the program");
    }
}
