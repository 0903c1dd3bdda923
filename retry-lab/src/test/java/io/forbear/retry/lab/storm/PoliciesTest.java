package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoliciesTest {

    private static StormPolicy named(String name) {
        return Policies.standard().stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static int attemptsOfAFailingCall(StormPolicy policy) throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (StormPolicy.Caller caller = policy.opener().apply((from, to) -> {})) {
            CompletableFuture<Integer> call = caller.call(() -> {
                attempts.incrementAndGet();
                return CompletableFuture.failedFuture(new StatusException(503));
            });
            assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(StatusException.class);
        }
        return attempts.get();
    }

    @Test
    void theDefaultIsLast() {
        assertThat(Policies.standard().stream().map(StormPolicy::name))
                .containsExactly("none", "naive", "backoff", "jitter", "budget", "default");
    }

    @Test
    void withoutRetriesACallIsAttemptedOnce() throws Exception {
        assertThat(attemptsOfAFailingCall(named("none"))).isEqualTo(1);
    }

    @Test
    void twoNaiveLayersOfThreeRetriesMakeSixteenAttempts() throws Exception {
        assertThat(attemptsOfAFailingCall(named("naive"))).isEqualTo(16);
    }

    @Test
    void backoffAloneMakesThreeAttempts() throws Exception {
        assertThat(attemptsOfAFailingCall(named("backoff"))).isEqualTo(3);
        assertThat(attemptsOfAFailingCall(named("jitter"))).isEqualTo(3);
    }

    @Test
    void onlyTheLastTwoHaveABudgetAndOnlyTheLastABreaker() {
        for (StormPolicy policy : Policies.standard()) {
            try (StormPolicy.Caller caller = policy.opener().apply((from, to) -> {})) {
                boolean budget = caller.snapshots().stream().anyMatch(s -> Double.isFinite(s.budgetCapacity()));
                boolean breaker = caller.snapshots().stream()
                        .anyMatch(s -> s.breakerState().isPresent());

                assertThat(budget)
                        .as(policy.name())
                        .isEqualTo(List.of("budget", "default").contains(policy.name()));
                assertThat(breaker).as(policy.name()).isEqualTo(policy.name().equals("default"));
            }
        }
    }

    @Test
    void aPolicyOfTheUsersOwnIsFollowed() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("max-attempts", "2");
        properties.setProperty("base-delay", "1ms");
        properties.setProperty("max-delay", "2ms");

        assertThat(attemptsOfAFailingCall(Policies.own(properties))).isEqualTo(2);
    }

    @Test
    void aWrongPolicyIsRefusedBeforeTheRun() {
        Properties properties = new Properties();
        properties.setProperty("max-attempts", "many");

        assertThatThrownBy(() -> Policies.own(properties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max-attempts")
                .hasMessageContaining("many");
    }
}
