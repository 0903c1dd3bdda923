package io.forbear.retry.core.tuner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RetryTunerTest {

    private static final Classification FAILURE = Classification.of(ErrorCategory.SERVER_ERROR);

    private final ManualClock clock = new ManualClock();
    private RetryTuner tuner = RetryTuner.builder().apply().build();
    private RetryRegistry registry = registry(tuner, Map.of());

    private RetryRegistry registry(RetryTuner customizer, Map<String, String> settings) {
        RetryRegistry made =
                RetryRegistry.builder().clock(clock).customize(customizer).build(RetryConfig.of(settings));
        customizer.attach(made);
        return made;
    }

    private Retry users() {
        return registry.get("users");
    }

    @AfterEach
    void close() {
        tuner.close();
        registry.close();
    }

    /** Makes calls, of which each tenth fails so often. */
    private void calls(int count, int failures) {
        for (int i = 0; i < count; i++) {
            clock.advanceMillis(10);
            RetryCall call = users().begin();
            int left = i % 10 == 0 ? failures : 0;
            boolean goes = true;
            while (left-- > 0 && goes) {
                goes = call.failed(FAILURE) instanceof RetryDecision.Again again && call.resume();
            }
            if (goes) {
                call.succeeded();
            }
        }
    }

    private String configured(String key) {
        return users().operations().configuration().stream()
                .filter(value -> value.name().equals(key))
                .map(value -> value.value() + " " + value.source())
                .findFirst()
                .orElse("none");
    }

    @Test
    void retriesThatDoNotHelpAreCutInTheRunningService() {
        users();
        tuner.look();
        calls(500, 9);
        tuner.look();

        assertThat(users().policy().maxAttempts()).isEqualTo(2);
        assertThat(users().policy().backoff().base()).isEqualTo(Duration.ofMillis(150));
        assertThat(configured("max-attempts")).isEqualTo("2 CUSTOMIZER");
        assertThat(configured("retry-budget")).startsWith("earned(0.1 a success");
        assertThat(tuner.steps()).hasSize(1);
        TuningStep step = tuner.steps().get(0);
        assertThat(step.applied()).isTrue();
        assertThat(step.reason()).startsWith("0 of ").endsWith("retries helped");
        assertThat(step.changes())
                .containsEntry("max-attempts", "3 -> 2")
                .containsEntry("retry-budget", "20.0% -> 10.0%")
                .containsEntry("base-delay", "100ms -> 150ms");
        assertThat(users().operations().events())
                .filteredOn(event -> event.kind() == ServiceEvent.Kind.TUNED)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.text())
                            .startsWith("tuner changed retry-budget 20.0% -> 10.0%, max-attempts 3 -> 2");
                    assertThat(event.fields()).containsEntry("applied", "true");
                });
    }

    @Test
    void aDryRunTellsAProposalOnceAndChangesNothing() {
        registry.close();
        tuner = RetryTuner.builder().build();
        registry = registry(tuner, Map.of());
        users();
        tuner.look();
        for (int look = 0; look < 3; look++) {
            calls(500, 9);
            tuner.look();
        }

        assertThat(users().policy().maxAttempts()).isEqualTo(3);
        assertThat(tuner.steps()).hasSize(1);
        assertThat(tuner.steps().get(0).applied()).isFalse();
        assertThat(users().operations().events())
                .filteredOn(event -> event.kind() == ServiceEvent.Kind.TUNED)
                .extracting(ServiceEvent::text)
                .singleElement()
                .asString()
                .startsWith("tuner would change ");
    }

    @Test
    void anUndoneServiceHasWhatIsConfiguredUntilItIsResumed() {
        users();
        tuner.look();
        calls(500, 9);
        tuner.look();
        tuner.undo("users", "alice", "INC-7");
        assertThat(users().policy().maxAttempts()).isEqualTo(3);
        assertThat(users().operations().events().stream().map(ServiceEvent::text))
                .contains("tuning undone by alice: INC-7");

        calls(500, 9);
        tuner.look();
        assertThat(users().policy().maxAttempts()).isEqualTo(3);
        tuner.resume("users");
        calls(500, 9);
        tuner.look();
        assertThat(users().policy().maxAttempts()).isEqualTo(2);
        assertThatThrownBy(() -> tuner.undo("users", " ", "INC-7")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatSomebodyConfiguresGoesBeforeWhatWasTuned() {
        users();
        tuner.look();
        calls(500, 9);
        tuner.look();
        registry.reload(RetryConfig.of(Map.of("service.users.max-attempts", "4")));
        assertThat(users().policy().maxAttempts()).isEqualTo(4);

        registry.reload();
        assertThat(users().policy().maxAttempts()).isEqualTo(4);
    }

    @Test
    void aClosedTunerGivesBackWhatIsConfigured() {
        users();
        tuner.look();
        calls(500, 9);
        tuner.look();
        tuner.close();
        assertThat(users().policy().maxAttempts()).isEqualTo(3);
        tuner.look();
        tuner.close();
        assertThatThrownBy(() -> tuner.attach(registry))
                .hasMessage("start: called twice or after close (expected: once)");
    }

    @Test
    void aStepThatAnotherCustomizerRefusesIsNotMade() {
        registry.close();
        tuner = RetryTuner.builder().apply().build();
        registry = RetryRegistry.builder()
                .clock(clock)
                .customize(tuner)
                .customize((service, given) -> given.policy(policy -> {
                    if (policy.build().maxAttempts() < 3) {
                        throw new IllegalArgumentException("not below 3");
                    }
                }))
                .build(RetryConfig.of(Map.of()));
        tuner.attach(registry);
        users();
        tuner.look();
        calls(500, 9);
        assertThatThrownBy(() -> tuner.look()).isInstanceOf(IllegalArgumentException.class);

        assertThat(tuner.steps()).isEmpty();
        assertThat(users().operations().events())
                .extracting(ServiceEvent::kind)
                .doesNotContain(ServiceEvent.Kind.TUNED);
        registry.reload(); // would be refused if the tuner still wanted its step
        assertThat(users().policy().maxAttempts()).isEqualTo(3);
    }

    @Test
    void whoeverHearsOfAStepFindsItInForce() {
        registry.close();
        List<Integer> attempts = new ArrayList<>();
        tuner = RetryTuner.builder().apply().build();
        registry = RetryRegistry.builder()
                .clock(clock)
                .customize(tuner)
                .customize((service, given) -> attempts.add(tuner.steps().size()))
                .build(RetryConfig.of(Map.of("max-attempts", "10")));
        tuner.attach(registry);
        users();
        tuner.look();
        calls(1, 1);
        tuner.look();
        assertThat(tuner.steps()).hasSize(1);
        assertThat(attempts)
                .describedAs("steps that were told while the service was made again")
                .containsExactly(0, 0);
    }

    @Test
    void anUndoWithoutAReasonIsRefusedAndUndoesNothing() {
        users();
        tuner.look();
        calls(500, 9);
        tuner.look();
        assertThatThrownBy(() -> tuner.undo("users", "ann", " ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tuner.undo("users", "", "why")).isInstanceOf(IllegalArgumentException.class);

        registry.reload();
        assertThat(users().policy().maxAttempts()).isEqualTo(2);
    }

    @Test
    void onlyTheServicesThatAreNamedAreTuned() {
        registry.close();
        tuner = RetryTuner.builder().apply().service("orders").build();
        registry = registry(tuner, Map.of());
        users();
        tuner.look();
        calls(500, 9);
        tuner.look();
        assertThat(tuner.steps()).isEqualTo(List.of());
    }

    @Test
    void aStartedTunerLooksByItself() {
        registry.close();
        tuner = RetryTuner.builder().apply().build();
        registry = RetryRegistry.builder()
                .clock(clock)
                .customize(tuner)
                .build(RetryConfig.of(Map.of("retry-budget", "100%", "max-attempts", "10")));
        users();
        tuner.start(registry); // the first look finds no figures before it
        assertThat(tuner.steps()).isEmpty();
        tuner.look();
        assertThat(users().policy().maxAttempts()).isEqualTo(5);
        assertThat(tuner.steps()).extracting(TuningStep::reason).containsExactly("outside of the bounds");
    }

    private void awaitSteps(int count) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (tuner.steps().size() < count && System.nanoTime() - end < 0) {
            Thread.sleep(5);
        }
        assertThat(tuner.steps()).hasSize(count);
    }

    @Tag("bounds")
    @Test
    void aStartedTunerLooksAgainAndAgain() throws InterruptedException {
        registry.close();
        tuner = RetryTuner.builder().apply().every(Duration.ofSeconds(1)).build();
        registry = RetryRegistry.builder()
                .clock(clock)
                .customize(tuner)
                .build(RetryConfig.of(Map.of("max-attempts", "10")));
        users();
        tuner.start(registry);
        awaitSteps(1);
        assertThat(users().policy().maxAttempts()).isEqualTo(5);

        registry.reload(RetryConfig.of(Map.of("max-attempts", "9")));
        awaitSteps(2);
        assertThat(users().policy().maxAttempts()).isEqualTo(5);
    }
}
