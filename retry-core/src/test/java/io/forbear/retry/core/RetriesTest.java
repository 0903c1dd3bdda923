package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.testkit.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {

    private static void failsForEachOf(Function<String, Retry> services, String... clients) {
        for (String client : clients) {
            assertThat(catchThrowable(
                            () -> services.apply("orders").forClient(client).run(() -> {
                                throw new IOException("down");
                            })))
                    .hasMessage("down");
        }
    }

    @Test
    void theDefaultsAreARetryForFiveSuccessesAndABreaker() {
        Retry retry = Retries.named("orders").runtime(r -> r.clock(() -> 0)).build();

        RetrySnapshot figures = retry.snapshot();

        assertThat(retry.name()).isEqualTo("orders");
        assertThat(retry.policy()).isSameAs(RetryPolicy.defaults());
        assertThat(figures.breakerState()).contains(CircuitBreaker.State.CLOSED);
        assertThat(figures.budgetRemaining()).isEqualTo(2);
        assertThat(figures.budgetCapacity()).isEqualTo(2);
    }

    @Test
    void budgetAndBreakerMayBeTakenAway() {
        Retry retry =
                Retries.named("orders").withoutBudget().withoutCircuitBreaker().build();

        assertThat(retry.snapshot().breakerState()).isEmpty();
        assertThat(retry.snapshot().budgetCapacity()).isInfinite();
    }

    @Test
    void keepsAsManyClientsApartAsItIsTold() {
        Retry two = Retries.named("orders")
                .runtime(r -> r.sleeper(nanos -> {}))
                .withoutCircuitBreaker()
                .maxClients(2)
                .build();
        failsForEachOf(name -> two, "a", "b", "c");
        assertThat(two.snapshot().clientsTracked()).isEqualTo(2);

        RetryRegistry one = RetryRegistry.builder()
                .runtime(r -> r.sleeper(nanos -> {}))
                .build(RetryConfig.of(Map.of("max-clients", "1")));
        failsForEachOf(one::get, "a", "b");
        assertThat(one.get("orders").snapshot().clientsTracked()).isEqualTo(1);
    }

    @Test
    void refusesNoClientsAtAll() {
        assertThat(Retries.named("orders").maxClients(1).build().name()).isEqualTo("orders");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retries.named("orders").maxClients(0).build())
                .withMessage("maxClients: 0 (expected: >= 1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void refusesANameThatIsBlank(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retries.named(name))
                .withMessage("service: \"" + name + "\" (expected: a name that is not blank)");
    }

    @Test
    void namesWhatIsMissing() {
        Retries.Builder builder = Retries.named("orders");
        Map<String, Runnable> settings = Map.ofEntries(
                Map.entry("service", () -> Retries.named(null)),
                Map.entry("policy", () -> builder.policy(null)),
                Map.entry("budget", () -> builder.budget(null)),
                Map.entry("clientBudget", () -> builder.clientBudget(null)),
                Map.entry("circuitBreaker", () -> builder.circuitBreaker(null)),
                Map.entry("listener", () -> builder.listener(null)),
                Map.entry("overloadSignal", () -> builder.overloadSignal(null)),
                Map.entry("gate", () -> builder.gate(null)),
                Map.entry("executor", () -> builder.runtime(r -> r.executor(null))),
                Map.entry("scheduler", () -> builder.runtime(r -> r.scheduler(null))),
                Map.entry("sleeper", () -> builder.runtime(r -> r.sleeper(null))),
                Map.entry("clock", () -> builder.runtime(r -> r.clock(null))),
                Map.entry("random", () -> builder.runtime(r -> r.random(null))));

        settings.forEach((name, setting) ->
                assertThatNullPointerException().isThrownBy(setting::run).withMessage(name));
    }

    @Test
    void aTimeOutForARequestIsTheTimeThatIsLeftAndFromAMillisecondToTheMostAllowed() {
        ManualClock clock = new ManualClock();
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder().deadline(Duration.ofMillis(10)).build())
                .runtime(r -> r.clock(clock))
                .build();
        assertThat(Retries.remaining(Duration.ofMillis(7))).isEqualTo(Duration.ofMillis(7));
        retry.run(() -> {
            assertThat(Retries.remaining(Duration.ofMillis(7))).isEqualTo(Duration.ofMillis(7));
            assertThat(Retries.remaining(Duration.ofMillis(11))).isEqualTo(Duration.ofMillis(10));
            clock.advance(Duration.ofNanos(9_000_001));
            assertThat(Retries.remaining(Duration.ofMillis(7))).isEqualTo(Duration.ofMillis(1));
            clock.advance(Duration.ofSeconds(1));
            assertThat(Retries.remaining(Duration.ofMillis(7))).isEqualTo(Duration.ofMillis(1));
        });
    }
}
