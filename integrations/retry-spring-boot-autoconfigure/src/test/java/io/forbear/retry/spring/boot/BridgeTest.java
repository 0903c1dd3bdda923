package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.spring.RetryableBridge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.retry.annotation.Backoff;
import org.springframework.retry.annotation.EnableRetry;
import org.springframework.retry.annotation.Retryable;

/** An application that keeps the annotations of spring-retry, and has a bridge by a property or of its own. */
class BridgeTest {

    private static final int ATTEMPTS = 3;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(ForbearAutoConfiguration.class, ForbearAnnotationAutoConfiguration.class))
            .withUserConfiguration(Application.class);

    // ---- by the property

    private static void assertRetriedByRegistryAlone(AssertableApplicationContext context) {
        Catalog catalog = context.getBean(Catalog.class);

        assertThat(catchThrowable(catalog::load)).isInstanceOf(IllegalStateException.class);

        assertThat(catalog.attempts()).isEqualTo(ATTEMPTS);
        assertThat(context.getBean(RetryRegistry.class).snapshot())
                .containsOnlyKeys("Catalog.load")
                .hasEntrySatisfying("Catalog.load", snapshot -> assertThat(snapshot.attempts())
                        .isEqualTo(ATTEMPTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forbear.retryable-bridge.enabled=true",
                "forbear.retryableBridge.enabled=on",
                "forbear.retryablebridge.enabled=yes"
            })
    void thePropertyLetsTheRegistryRetryAlone(String property) {
        runner.withPropertyValues(property).run(BridgeTest::assertRetriedByRegistryAlone);
    }

    @ParameterizedTest
    @ValueSource(strings = {"forbear.strict=false", "forbear.retryable-bridge.enabled=off"})
    void withoutItSpringRetryDoesAsBefore(String property) {
        runner.withPropertyValues(property).run(context -> {
            Catalog catalog = context.getBean(Catalog.class);

            assertThat(catchThrowable(catalog::load)).isInstanceOf(IllegalStateException.class);

            assertThat(catalog.attempts()).isEqualTo(ATTEMPTS);
            assertThat(context.getBean(RetryRegistry.class).snapshot()).isEmpty();
            assertThat(context).doesNotHaveBean(RetryableBridge.class);
        });
    }

    @Test
    void theAnnotationSaysHowOftenAndThePropertiesTheRestAlsoAfterAReload() {
        runner.withPropertyValues(
                        "forbear.retryable-bridge.enabled=true",
                        "forbear.default.max-attempts=7",
                        "forbear.default.idempotent=false")
                .run(context -> {
                    RetryRegistry registry = context.getBean(RetryRegistry.class);
                    Retry load = registry.get("Catalog.load");
                    registry.reload();

                    assertThat(load.policy().maxAttempts()).isEqualTo(ATTEMPTS);
                    assertThat(load.policy().isIdempotent()).isFalse();
                    assertThat(registry.get("others").policy().maxAttempts()).isEqualTo(7);
                });
    }

    @ParameterizedTest
    @CsvSource({"enabled=perhaps, perhaps", "enable=true, forbear.retryable-bridge.enabled"})
    void aValueOrANameThatIsNotKnownIsRefused(String rest, String told) {
        runner.withPropertyValues("forbear.retryable-bridge." + rest)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> assertThat(
                                Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                                        .map(String::valueOf))
                        .anyMatch(text -> text.contains(told))));
    }

    @Test
    void aRegistryOfTheApplicationNeedsABridgeOfTheApplication() {
        runner.withPropertyValues("forbear.retryable-bridge.enabled=true")
                .withBean(RetryRegistry.class, () -> RetryRegistry.load(Map.of()))
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(InvalidSettingsException.class)
                        .hasMessage("forbear.retryable-bridge.enabled: true (expected: false beside a RetryRegistry of"
                                + " the application, which needs a bean of type RetryableBridge)"));
    }

    @Test
    void theBridgeOfTheApplicationGoesBeforeThatOfTheProperty() {
        runner.withPropertyValues("forbear.retryable-bridge.enabled=true")
                .withUserConfiguration(Own.class)
                .run(context -> {
                    assertThat(context).hasSingleBean(RetryableBridge.class);
                    assertThat((List<?>) context.getBean("bridged", List.class)).hasSize(1);
                    assertThat(context.getBean(RetryRegistry.class).snapshot()).isEmpty();
                });
    }

    // ---- by a bean

    @Test
    void theMethodIsRetriedByTheEngineAloneAndNotByBoth() {
        runner.withUserConfiguration(Own.class).run(context -> {
            Catalog catalog = context.getBean(Catalog.class);

            assertThat(catchThrowable(catalog::load)).isInstanceOf(IllegalStateException.class);

            assertThat(catalog.attempts()).isEqualTo(ATTEMPTS);
            List<?> made = context.getBean("bridged", List.class);
            assertThat(made).singleElement().satisfies(retry -> assertThat(
                            ((Retry) retry).snapshot().attempts())
                    .isEqualTo(ATTEMPTS));
        });
    }

    /** Annotated for spring-retry. */
    static class Catalog {

        private final AtomicInteger attempts = new AtomicInteger();

        @Retryable(maxAttempts = ATTEMPTS, backoff = @Backoff(delay = 1))
        public String load() {
            attempts.incrementAndGet();
            throw new IllegalStateException("down");
        }

        int attempts() {
            return attempts.get();
        }
    }

    @EnableRetry
    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Catalog catalog() {
            return new Catalog();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {

        @Bean
        List<Retry> bridged() {
            return new ArrayList<>();
        }

        @Bean
        RetryableBridge bridge(List<Retry> bridged) {
            return (service, policy) -> {
                Retry retry = Retries.named(service).policy(policy).build();
                bridged.add(retry);
                return retry;
            };
        }
    }
}
