package io.forbear.retry.spring.boot4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.operations.ConfiguredValue.Source;
import io.forbear.retry.spring.boot.BootVersion;
import io.forbear.retry.spring.boot.ForbearReload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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
import org.springframework.context.annotation.Configuration;

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
}
