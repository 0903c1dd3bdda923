package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.config.RetryConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.common.CompositeCustomizer;
import io.github.resilience4j.common.circuitbreaker.configuration.CommonCircuitBreakerConfigurationProperties;
import io.github.resilience4j.common.retry.configuration.CommonRetryConfigurationProperties;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * The YAML is bound by Spring Boot to the classes of Resilience4j, which refuse an unknown key, and Resilience4j makes
 * of it the retry whose waits and attempts are compared with ours.
 */
class Resilience4jExportTest {

    private static final int DRAWS = 2000;

    static io.github.resilience4j.retry.RetryConfig loaded(String yaml, String instance) {
        CommonRetryConfigurationProperties properties =
                bound(yaml, "resilience4j.retry", new CommonRetryConfigurationProperties());
        return properties.createRetryConfig(instance, new CompositeCustomizer<>(List.of()));
    }

    private static <T> T bound(String yaml, String prefix, T target) {
        Binder binder = new Binder(new MapConfigurationPropertySource(Flat.of(Yaml.read("test", yaml))));
        binder.bind(prefix, Bindable.ofInstance(target), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
        return target;
    }

    private static ExportedPolicy policy(Backoff backoff) {
        return ExportedPolicy.of(
                "orders", RetryPolicy.builder().maxAttempts(5).backoff(backoff).build());
    }

    /** The range of the n-th wait in Resilience4j and in ours is the same, but for what a millisecond rounds. */
    @TestFactory
    Stream<DynamicTest> theWaitsAreThoseOfThePolicy() {
        Duration base = Duration.ofMillis(120);
        Duration max = Duration.ofSeconds(20);
        Backoff doubling = Backoff.exponential(base, max);
        return Stream.of(
                        doubling.jitter(Jitter.none()),
                        doubling.jitter(Jitter.full()),
                        doubling.jitter(Jitter.equal()),
                        doubling.jitter(Jitter.proportional(0.3)),
                        doubling.multiplier(3).jitter(Jitter.equal()),
                        doubling.multiplier(1).jitter(Jitter.equal()),
                        Backoff.fixed(base).jitter(Jitter.none()),
                        Backoff.fixed(base))
                .map(backoff -> DynamicTest.dynamicTest(backoff.toString(), () -> sameWaits(backoff)));
    }

    private static void sameWaits(Backoff backoff) {
        ExportResult export = Exports.resilience4j(policy(backoff));
        var config = loaded(export.text(), "orders");

        assertThat(config.getMaxAttempts()).isEqualTo(5);
        RandomGenerator random = new Random(1);
        for (int failed = 1; failed < 5; failed++) {
            double low = Double.MAX_VALUE;
            double high = 0;
            double sum = 0;
            double oursSum = 0;
            double oursLow = Double.MAX_VALUE;
            double oursHigh = 0;
            for (int draw = 0; draw < DRAWS; draw++) {
                double theirs = config.<Object>getIntervalBiFunction().apply(failed, null);
                double ours = backoff.delayNanos(failed, -1, 1, random) / 1e6;
                low = Math.min(low, theirs);
                high = Math.max(high, theirs);
                sum += theirs;
                oursLow = Math.min(oursLow, ours);
                oursHigh = Math.max(oursHigh, ours);
                oursSum += ours;
            }
            double width = Math.max(1, backoff.ceilingNanos(failed) / 1e6);
            // 2000 draws come within 2 % of the ends of their range, and of its middle within 4 %
            assertThat(low).as("least wait after %s", failed).isCloseTo(oursLow, within(width, 0.03));
            assertThat(high).as("longest wait after %s", failed).isCloseTo(oursHigh, within(width, 0.03));
            assertThat(sum / DRAWS).as("mean after %s", failed).isCloseTo(oursSum / DRAWS, within(width, 0.05));
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double width, double share) {
        return org.assertj.core.data.Offset.offset(width * share + 1.5);
    }

    @Test
    void theRetryOfResilience4jMakesAsManyAttempts() {
        String yaml = Exports.resilience4j(policy(Backoff.fixed(Duration.ofMillis(1))))
                .text();
        int[] attempts = {0};
        try {
            Retry.of("orders", loaded(yaml, "orders")).executeRunnable(() -> {
                attempts[0]++;
                throw new IllegalStateException("down");
            });
        } catch (IllegalStateException expected) {
            assertThat(attempts[0]).isEqualTo(5);
            return;
        }
        throw new AssertionError("the last failure was swallowed");
    }

    @Test
    void aCapIsKeptAndThatItCutsWhatWasDrawnIsSaid() {
        Backoff capped = Backoff.exponential(Duration.ofMillis(100), Duration.ofMillis(300))
                .jitter(Jitter.equal());
        ExportResult export = Exports.resilience4j(policy(capped));
        var interval = loaded(export.text(), "orders").<Object>getIntervalBiFunction();

        for (int draw = 0; draw < 200; draw++) {
            assertThat(interval.apply(4, null)).isBetween(150L, 300L);
        }
        assertThat(export.lossy()).anyMatch(changed -> changed.contains("max-delay cuts what was drawn"));
    }

    @Test
    void aNameWithBlanksAndDotsComesBack() {
        ExportedPolicy odd = ExportedPolicy.of(
                "a b.c: \"d\"", RetryPolicy.builder().maxAttempts(7).build());
        Object read = Yaml.read("test", Exports.resilience4j(odd).text());

        assertThat(read).isEqualTo(plain(Exports.resilience4j(odd).block()));
    }

    private static Object plain(Object block) {
        return Yaml.read("test", Yaml.write(block));
    }

    @Test
    void theBreakerOfTheSettingsIsLoadedToo() {
        RetryConfig config = RetryConfig.of(Map.of(
                "circuit-breaker", "60%",
                "circuit-breaker-window", "1500ms",
                "circuit-breaker-minimum-calls", "7",
                "circuit-breaker-open-for", "3s",
                "circuit-breaker-probes", "2 of 3",
                "circuit-breaker-slow-calls", "40% over 2s"));
        ExportResult export = Exports.resilience4j(ExportedPolicy.of(config, "orders"));
        CommonCircuitBreakerConfigurationProperties properties =
                bound(export.text(), "resilience4j.circuitbreaker", new CommonCircuitBreakerConfigurationProperties());
        CircuitBreakerConfig breaker = properties.createCircuitBreakerConfig(
                "orders", properties.getInstances().get("orders"), new CompositeCustomizer<>(List.of()));

        assertThat(breaker.getFailureRateThreshold()).isEqualTo(60);
        assertThat(breaker.getSlidingWindowType()).isEqualTo(CircuitBreakerConfig.SlidingWindowType.TIME_BASED);
        assertThat(breaker.getSlidingWindowSize()).isEqualTo(2);
        assertThat(breaker.getMinimumNumberOfCalls()).isEqualTo(7);
        assertThat(breaker.getWaitIntervalFunctionInOpenState().apply(1)).isEqualTo(3000L);
        assertThat(breaker.getPermittedNumberOfCallsInHalfOpenState()).isEqualTo(3);
        assertThat(breaker.getSlowCallRateThreshold()).isEqualTo(40);
        assertThat(breaker.getSlowCallDurationThreshold()).isEqualTo(Duration.ofSeconds(2));
        assertThat(export.clamped().stream().map(ExportResult.Clamped::toString))
                .contains("slidingWindowSize: 1.5 became 2");
    }

    @Test
    void theDefaultsAreFaithfulInTheirWaits() {
        ExportResult export = Exports.resilience4j(ExportedPolicy.of(RetryConfig.of(Map.of()), "orders"));
        var interval = loaded(export.text(), "orders").<Object>getIntervalBiFunction();

        for (int draw = 0; draw < 200; draw++) {
            assertThat(interval.apply(1, null)).isBetween(50L, 101L);
            assertThat(interval.apply(2, null)).isBetween(99L, 202L);
        }
        assertThat(export.dropped()).anyMatch(lost -> lost.startsWith("budget: "));
    }
}
