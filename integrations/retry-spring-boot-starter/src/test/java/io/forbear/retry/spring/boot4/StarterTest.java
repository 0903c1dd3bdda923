package io.forbear.retry.spring.boot4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.operations.ConfiguredValue.Source;
import io.forbear.retry.spring.boot.BootVersion;
import io.forbear.retry.spring.boot.ForbearReload;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

/** An application that has the starter and no line about it, and neither Micrometer nor OpenTelemetry. */
@ExtendWith(OutputCaptureExtension.class)
class StarterTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private static ConfigurableApplicationContext run(String... arguments) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(arguments);
    }

    @Test
    void theTestRunsOnTheBootThatTheStarterIsFor() {
        assertThat(SpringBootVersion.getVersion()).startsWith("4.");
        assertThatThrownBy(() -> BootVersion.require(3, "the other")).hasMessageContaining("spring-boot: 4.");
    }

    @Test
    void theRegistryIsThereWithTheSettingsOfTheEnvironment() {
        try (ConfigurableApplicationContext context = run("--forbear.services.orders.max-attempts=2")) {
            RetryRegistry registry = context.getBean(RetryRegistry.class);

            assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(2);
            assertThat(registry.get("orders").operations().configuration())
                    .filteredOn(value -> value.name().equals("max-attempts"))
                    .singleElement()
                    .satisfies(value -> {
                        assertThat(value.source()).isEqualTo(Source.KEY);
                        assertThat(value.detail()).isEqualTo("forbear.services.orders.max-attempts (commandLineArgs)");
                    });
            assertThat(context.getBean(ForbearReload.class).problem()).isEmpty();
        }
    }

    @Test
    void anUnknownKeyStopsTheApplicationInWords(CapturedOutput output) {
        assertThatThrownBy(() -> run("--forbear.default.max-atempts=3")).isNotNull();

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("forbear.default.max-atempts: 3 (expected: a known key; did you mean max-attempts?)");
    }

    @Test
    void healthSaysNothingUnlessItIsAskedTo() {
        try (ConfigurableApplicationContext context = run()) {
            assertThat(context.containsBean("forbearHealthIndicator")).isFalse();
        }
    }

    @Test
    void anOpenBreakerIsShownAndNeverTakesTheInstanceOutOfRotation() {
        try (ConfigurableApplicationContext context = run("--management.health.forbear.enabled=true")) {
            RetryRegistry registry = context.getBean(RetryRegistry.class);
            registry.get("orders").operations().forceBreakerOpen("test", "to look at health");

            Health health = context.getBean("forbearHealthIndicator", HealthIndicator.class)
                    .health();

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("orders", "FORCED_OPEN");
        }
    }

    /** Annotated for Spring Framework 7. */
    @EnableResilientMethods
    @Configuration(proxyBeanMethods = false)
    static class Annotated {
        @Bean
        Catalog catalog() {
            return new Catalog();
        }
    }

    static class Catalog {
        private final AtomicInteger attempts = new AtomicInteger();

        @Retryable(maxRetries = 2, delay = 1)
        public String load() {
            attempts.incrementAndGet();
            throw new IllegalStateException("down");
        }

        int attempts() {
            return attempts.get();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPropertyLetsTheServicesRetryTheMethodsOfSpringsOwnAnnotationAndNotBoth(boolean bridged) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, Annotated.class)
                .web(WebApplicationType.NONE)
                .run("--forbear.retryable-bridge.enabled=" + bridged)) {
            Catalog catalog = context.getBean(Catalog.class);

            assertThatThrownBy(catalog::load).isInstanceOf(IllegalStateException.class);

            assertThat(catalog.attempts()).isEqualTo(3);
            Map<String, RetrySnapshot> services =
                    context.getBean(RetryRegistry.class).snapshot();
            assertThat(services.keySet()).isEqualTo(bridged ? Set.of("Catalog.load") : Set.of());
            services.values()
                    .forEach(snapshot -> assertThat(snapshot.attempts()).isEqualTo(3));
        }
    }
}
