package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ScriptedRandom;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A service by text without keys is the service by code without settings. */
class DefaultsTest {

    private static RetryPolicy byText(Map<String, String> settings) {
        return RetryRegistry.load(settings).get("orders").policy();
    }

    @Test
    void textWithoutKeysHasThePolicyOfCode() throws Exception {
        RetryPolicy byCode = Retries.named("orders").build().policy();
        RetryPolicy byText = byText(Map.of());

        int compared = 0;
        for (Method getter : RetryPolicy.class.getDeclaredMethods()) {
            boolean reads = getter.getParameterCount() == 0
                    && Modifier.isPublic(getter.getModifiers())
                    && !Modifier.isStatic(getter.getModifiers())
                    && !getter.getName().equals("toBuilder");
            if (reads) {
                assertThat(getter.invoke(byText)).as(getter.getName()).isEqualTo(getter.invoke(byCode));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(8);
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(byText.backoff(category)).isEqualTo(byCode.backoff(category));
            assertThat(byText.isRetryable(category)).isEqualTo(byCode.isRetryable(category));
            for (Criticality criticality : Criticality.values()) {
                assertThat(byText.maxAttempts(category, criticality))
                        .isEqualTo(byCode.maxAttempts(category, criticality));
            }
        }
    }

    @Test
    void textWithoutKeysHasTheBudgetAndTheBreakerOfCode() {
        RetryConfig text = RetryConfig.of(Map.of());
        Retry byCode = Retries.named("orders").build();
        Retry byText = RetryRegistry.load(Map.of()).get("orders");

        assertThat(byText.snapshot().budgetRemaining())
                .isEqualTo(byCode.snapshot().budgetRemaining());
        assertThat(byText.snapshot().budgetCapacity())
                .isEqualTo(byCode.snapshot().budgetCapacity());
        assertThat(byText.snapshot().breakerState()).isEqualTo(byCode.snapshot().breakerState());
        assertThat(text.service("orders").budget()).isEqualTo(RetryBudgets.earned(0.2));
        assertThat(text.service("orders").circuitBreaker()).isEqualTo(CircuitBreakers.standard());
        assertThat(text.maxBudget()).isZero();
    }

    /** What a service did on virtual time: the delays, the attempts, the ends, the figures. */
    private static List<Object> behaviour(
            Function<ManualClock, Function<List<Object>, Retry>> maker, List<Integer> script) {
        ManualClock clock = new ManualClock();
        List<Object> seen = new ArrayList<>();
        Retry retry = maker.apply(clock).apply(seen);
        int[] next = {0};
        for (int call = 0; call < 60; call++) {
            try {
                retry.run(() -> {
                    int outcome = script.get(next[0]++ % script.size());
                    clock.advance(Duration.ofMillis(20));
                    if (outcome > 0) {
                        throw new Coded(ErrorCategory.values()[(outcome - 1) % ErrorCategory.values().length]);
                    }
                });
                seen.add("success");
            } catch (Exception failure) {
                seen.add(failure.getClass().getSimpleName());
            }
            seen.add(next[0]);
            seen.add(retry.snapshot().toString());
        }
        return seen;
    }

    private static final class Coded extends Exception {
        private static final long serialVersionUID = 1;
        final ErrorCategory category;

        Coded(ErrorCategory category) {
            super("coded");
            this.category = category;
        }
    }

    private static final RetryPolicy CODED = RetryPolicy.builder()
            .classifier(failure -> failure instanceof Coded coded ? Classification.of(coded.category) : null)
            .build();

    @Property(tries = 100)
    void textWithoutKeysBehavesAsCode(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = -6, max = 6) Integer> script) {
        List<Object> byCode = behaviour(
                clock -> seen -> Retries.named("orders")
                        .policy(CODED)
                        .runtime(r -> r.clock(clock)
                                .random(ScriptedRandom.always(0.5))
                                .sleeper(nanos -> {
                                    seen.add(nanos);
                                    clock.advance(Duration.ofNanos(nanos));
                                }))
                        .build(),
                script);
        List<Object> byText = behaviour(
                clock -> seen -> RetryRegistry.builder()
                        .customize((name, service) -> service.policy(policy -> policy.classifier(CODED.classifier())))
                        .runtime(r -> r.clock(clock)
                                .random(ScriptedRandom.always(0.5))
                                .sleeper(nanos -> {
                                    seen.add(nanos);
                                    clock.advance(Duration.ofNanos(nanos));
                                }))
                        .build(RetryConfig.of(Map.of()))
                        .get("orders"),
                script);

        assertThat(byText).isEqualTo(byCode);
    }

    @Test
    void aShorterBaseDelayKeepsTheFirstDelayAfterARateLimit() {
        RetryPolicy policy = byText(Map.of("base-delay", "10ms"));

        assertThat(policy.backoff().base()).isEqualTo(Duration.ofMillis(10));
        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT))
                .isEqualTo(RetryPolicy.defaults().backoff(ErrorCategory.RATE_LIMIT));
        assertThat(byText(Map.of("max-attempts", "5")).backoff(ErrorCategory.RATE_LIMIT))
                .isEqualTo(RetryPolicy.defaults().backoff(ErrorCategory.RATE_LIMIT));
    }

    @Test
    void aLongerBaseDelayHoldsAfterARateLimitToo() {
        RetryPolicy policy = byText(Map.of("base-delay", "3s"));

        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT)).isEqualTo(policy.backoff());
        assertThat(byText(Map.of("base-delay", "1m"))
                        .backoff(ErrorCategory.RATE_LIMIT)
                        .max())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aMaximumBoundsTheDelaysAfterARateLimitToo() {
        RetryPolicy policy = byText(Map.of("max-delay", "500ms"));

        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT).base()).isEqualTo(Duration.ofMillis(500));
        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT).max()).isEqualTo(Duration.ofMillis(500));
        assertThat(policy.backoff().base()).isEqualTo(Duration.ofMillis(100));
        assertThat(byText(Map.of("max-delay", "1m"))
                        .backoff(ErrorCategory.RATE_LIMIT)
                        .max())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void theFormOfABackoffIsThatAfterARateLimitToo() {
        RetryPolicy policy = byText(Map.of("jitter", "none", "multiplier", "3"));

        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT).jitter())
                .isEqualTo(policy.backoff().jitter());
        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT).multiplier()).isEqualTo(3);
        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT).base()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aPresetMayBeThatOfOneService() {
        RetryRegistry registry = RetryRegistry.builder()
                .runtime(r -> r.clock(() -> 0))
                .build(RetryConfig.of(Map.of(
                        "service.old.preset", "specification",
                        "service.old.max-attempts", "7",
                        "jitter", "none")));
        Retry old = registry.get("old");
        Retry other = registry.get("other");

        assertThat(old.policy().maxAttempts()).isEqualTo(7);
        assertThat(old.policy().backoff().max()).isEqualTo(Duration.ofSeconds(30));
        assertThat(old.policy().backoff().jitter())
                .as("a key for all is stronger than a preset")
                .isEqualTo(Jitter.none());
        assertThat(old.snapshot().breakerState()).isEmpty();
        assertThat(old.snapshot().budgetRemaining())
                .as("calls without a client share one budget")
                .isEqualTo(100);
        assertThat(old.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(100);
        assertThat(other.policy().backoff().max()).isEqualTo(Duration.ofSeconds(20));
        assertThat(other.snapshot().breakerState()).isPresent();
        assertThat(other.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isInfinite();
    }

    @Test
    void callsWithoutAClientAreNotLimitedByAHiddenBudget() {
        Retry retry = RetryRegistry.builder()
                .runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}))
                .build(RetryConfig.of(Map.of("retry-budget", "none", "circuit-breaker", "off")))
                .get("orders");
        int[] attempts = {0};
        for (int call = 0; call < 1_000; call++) {
            try {
                retry.run(() -> {
                    attempts[0]++;
                    throw new IOException("down");
                });
            } catch (IOException expected) {
                // every call fails
            }
        }

        assertThat(attempts[0]).isEqualTo(3_000);
        assertThat(retry.snapshot().budgetRemaining()).isInfinite();
    }

    @Test
    void theFiguresShowTheBudgetThatCallsWithoutAClientShare() {
        Retry retry = RetryRegistry.builder()
                .runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}))
                .build(RetryConfig.of(Map.of("max-budget", "5", "retry-budget", "none", "circuit-breaker", "off")))
                .get("orders");
        for (int call = 0; call < 4; call++) {
            try {
                retry.run(() -> {
                    throw new IOException("down");
                });
            } catch (IOException expected) {
                // every call fails
            }
        }

        assertThat(retry.snapshot().attempts()).isEqualTo(4 + 5);
        assertThat(retry.snapshot().budgetRemaining()).isZero();
        assertThat(retry.snapshot().budgetCapacity()).isEqualTo(5);
        assertThat(retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(5);
    }

    @Test
    void theFiguresShowWhicheverBudgetRefusesCallsWithoutAClient() {
        Retry retry = RetryRegistry.builder()
                .runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}))
                .build(RetryConfig.of(Map.of("max-budget", "3", "retry-budget", "50 tokens", "circuit-breaker", "off")))
                .get("orders");
        assertThat(retry.snapshot().budgetRemaining()).as("not drawn on yet").isEqualTo(50);
        for (int call = 0; call < 4; call++) {
            try {
                retry.run(() -> {
                    throw new IOException("down");
                });
            } catch (IOException expected) {
                // every call fails
            }
        }

        assertThat(retry.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isEqualTo(3);
        assertThat(retry.snapshot().budgetRemaining()).isZero();
        assertThat(retry.snapshot().budgetCapacity()).isEqualTo(3);
    }
}
