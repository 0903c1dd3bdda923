package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.breaker.CircuitBreakers;
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

    /** An update of the library that changes its breaker changes what the lab says about it. */
    @Test
    void whatIsSaidOfTheBreakerIsWhatTheLibraryDoes() {
        assertThat(PolicySettings.standardBreakerSpec()).isEqualTo(CircuitBreakers.standard());
        assertThat(named("default").settings().toString())
                .isEqualTo("{attempts=3, wait=100 ms, doubled each time, equal jitter, "
                        + "wait if throttled=1 s, doubled each time, equal jitter, longest wait=20 s, "
                        + "budget=0.2 tokens for a success, 0.02 for a failure; 2 at first; no more than the last 10 s "
                        + "earned, a retry takes=1 token, and gives 0.7 back if it helps, "
                        + "a time-out takes=half of all tokens, at least 2, "
                        + "breaker opens=at 80 % failures, at 95 % if they are errors, after 4 in a row without a "
                        + "success for 2 s, window=2 s, at least=20 attempts, open for=1 s, after errors 100 ms, "
                        + "probes=1, slow start=2 attempts at a time, one more for each success}");
    }

    @Test
    void descriptionsSayWhatTheDefaultsAre() {
        assertThat(named("backoff").description()).isEqualTo("3 attempts, backoff from 100 ms without jitter");
        assertThat(named("jitter").description()).isEqualTo("3 attempts, backoff from 100 ms with equal jitter");
    }

    @Test
    void theSettingsOfTheUsersPolicyAreThoseOfTheFileAndTheDefaultsBesideThem() {
        Properties properties = new Properties();
        properties.setProperty("service.storm.max-attempts", "5");
        properties.setProperty("service.orders.max-attempts", "2");
        properties.setProperty("retry-budget", "none");

        assertThat(Policies.own(properties).settings())
                .containsEntry("attempts", "5")
                .containsEntry("retry-budget", "none")
                .containsEntry("window", "2 s")
                .doesNotContainKeys("budget", "service.orders.max-attempts");
    }

    @Test
    void aPolicyForOtherServicesIsRefused() {
        Properties properties = new Properties();
        properties.setProperty("service.orders.max-attempts", "2");

        assertThatThrownBy(() -> Policies.own(properties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no key applies to storm (expected: ");
        assertThatThrownBy(() -> Policies.own(new Properties())).hasMessageStartingWith("no key applies to storm");
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
