package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.export.ImportResult.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Annotations and settings of Spring as settings of ours. */
class SpringImportTest {

    @Test
    void theAnnotationOfTheFrameworkCountsRetries() {
        ImportResult result = Imports.read("Orders.java", """
                package shop;
                import org.springframework.resilience.annotation.Retryable;
                import java.io.IOException;
                class Orders {
                    // @Retryable(maxRetries = 99)
                    @Retryable(maxRetries = 4, delay = 1_00L, jitter = 20, multiplier = 2, maxDelay = 1000,
                            includes = {IOException.class, Gone.class}, excludes = IllegalStateException.class)
                    @Deprecated
                    public String find(String name) { return "@Retryable(\\")"; }

                    @Retryable(delay = 1, timeUnit = TimeUnit.SECONDS, timeout = 3, predicate = Mine.class)
                    void plain() {}

                    @Retryable
                    void bare() {}
                }
                """);

        assertThat(result.settings())
                .containsEntry("service.Orders.find.max-attempts", "5")
                .containsEntry("service.Orders.find.base-delay", "100ms")
                .containsEntry("service.Orders.find.max-delay", "960ms")
                .containsEntry("service.Orders.find.multiplier", "2")
                .containsEntry("service.Orders.find.jitter", "clamped")
                .containsEntry("service.Orders.find.jitter-factor", "0.2")
                .containsEntry("service.Orders.find.retry-on", "java.io.IOException, shop.Gone")
                .containsEntry("service.Orders.find.never-on", "java.lang.IllegalStateException")
                .containsEntry("service.Orders.plain.base-delay", "1s")
                .containsEntry("service.Orders.plain.deadline", "3s")
                .containsEntry("service.Orders.bare.max-attempts", "4")
                .containsEntry("service.Orders.bare.base-delay", "1s");
        assertThat(result.config().services()).containsExactlyInAnyOrder("Orders.find", "Orders.plain", "Orders.bare");
        assertThat(result.findings())
                .anyMatch(
                        found -> found.kind() == Kind.NEEDS_CODE && found.key().equals("Orders.plain predicate"));
    }

    @Test
    void theAnnotationOfSpringRetryCountsAttempts() {
        ImportResult result = Imports.read("Orders.java", """
                package shop;
                import org.springframework.retry.annotation.*;
                @Retryable(retryFor = java.io.IOException.class, maxAttempts = 4,
                    backoff = @Backoff(delay = 200, multiplier = 2, random = true), recover = "other")
                public class Orders {
                    @Retryable(backoff = @Backoff(delay = 100, maxDelay = 300)) void between() {}
                }
                """);

        assertThat(result.settings())
                .containsEntry("service.Orders.max-attempts", "4")
                .containsEntry("service.Orders.retry-on", "java.io.IOException")
                .containsEntry("service.Orders.between.strategy", "fixed")
                .containsEntry("service.Orders.between.base-delay", "200ms")
                .containsEntry("service.Orders.between.max-delay", "300ms")
                .containsEntry("service.Orders.between.jitter-factor", "0.5");
        Backoff doubled = result.config().service("Orders").policy().backoff();
        // from the wait to the wait × 2
        assertThat(doubled.delayNanos(1, -1, 1, () -> 0)).isCloseTo(200_000_000L, within());
        assertThat(doubled.delayNanos(1, -1, 1, () -> -1)).isCloseTo(400_000_000L, within());
        assertThat(result.findings())
                .anyMatch(
                        found -> found.kind() == Kind.NEEDS_CODE && found.key().equals("Orders recover"));
    }

    private static org.assertj.core.data.Offset<Long> within() {
        return org.assertj.core.data.Offset.offset(1_000L);
    }

    @Test
    void anAnnotationThatWasExportedComesBack() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(5)
                .backoff(Backoff.exponential(Duration.ofMillis(80), Duration.ofSeconds(20))
                        .jitter(Jitter.none()))
                .build();
        for (ExportTarget target : new ExportTarget[] {ExportTarget.SPRING, ExportTarget.SPRING_RETRY}) {
            String java = "class Orders {\n"
                    + target.export(ExportedPolicy.of("orders", policy)).text() + "void find() {}\n}";
            RetryPolicy back = Imports.read("Orders.java", java)
                    .config()
                    .service("Orders.find")
                    .policy();

            assertThat(back.maxAttempts()).as(target.word()).isEqualTo(5);
            for (int failed = 1; failed < 5; failed++) {
                assertThat(back.backoff().ceilingNanos(failed))
                        .isEqualTo(policy.backoff().ceilingNanos(failed));
            }
        }
    }

    @Test
    void theSettingsOfSpringBootAreRead() {
        ImportResult result = Imports.read("application.yml", """
                spring:
                  rabbitmq:
                    template:
                      retry: {enabled: true, max-attempts: 4, initial-interval: 100ms, multiplier: 3}
                    listener:
                      simple:
                        retry: {enabled: true, max-retries: 4, stateless: false}
                  kafka.retry.topic:
                    enabled: true
                    attempts: 5
                    backoff: {delay: 2s, multiplier: 2, max-delay: 5s}
                """);

        assertThat(result.settings())
                .containsEntry("service.rabbit-template.max-attempts", "4")
                .containsEntry("service.rabbit-template.base-delay", "100ms")
                .containsEntry("service.rabbit-template.max-delay", "900ms")
                .containsEntry("service.rabbit-template.multiplier", "3")
                .containsEntry("service.rabbit-listener.max-attempts", "5")
                .containsEntry("service.rabbit-listener.base-delay", "1s")
                .containsEntry("service.kafka-retry-topic.max-attempts", "5")
                .containsEntry("service.kafka-retry-topic.max-delay", "5s");
        assertThat(result.findings())
                .anyMatch(
                        found -> found.kind() == Kind.NEEDS_CODE && found.key().endsWith("stateless"));
        assertThat(result.config()
                        .service("kafka-retry-topic")
                        .policy()
                        .backoff()
                        .ceilingNanos(4))
                .isEqualTo(Duration.ofSeconds(5).toNanos());
    }
}
