package io.forbear.retry.spring.boot3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.operations.ConfiguredValue.Source;
import io.forbear.retry.spring.boot.BootVersion;
import io.forbear.retry.spring.boot.ForbearReload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application that has the starter and no line about it. */
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
        assertThat(SpringBootVersion.getVersion()).startsWith("3.");
        assertThatThrownBy(() -> BootVersion.require(4, "the other")).hasMessageContaining("spring-boot: 3.");
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

    /** Returns all that the starter brings, as Boot finds it. */
    private static AutoConfigurations ours() throws ClassNotFoundException {
        List<Class<?>> ours = new ArrayList<>();
        for (String name : ImportCandidates.load(AutoConfiguration.class, StarterTest.class.getClassLoader())) {
            if (name.startsWith("io.forbear.")) {
                ours.add(Class.forName(name));
            }
        }
        assertThat(ours).hasSizeGreaterThan(6);
        return AutoConfigurations.of(ours.toArray(Class<?>[]::new));
    }

    @Test
    void anApplicationMayHaveNoWebNoActuatorNoMetersAndNoReactor() throws ClassNotFoundException {
        new ApplicationContextRunner()
                .withConfiguration(ours())
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.web",
                        "org.springframework.http",
                        "org.springframework.boot.actuate",
                        "org.springframework.boot.health",
                        "org.springframework.boot.restclient",
                        "org.springframework.boot.webclient",
                        "io.micrometer",
                        "io.opentelemetry",
                        "reactor"))
                .withPropertyValues("management.health.forbear.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(RetryRegistry.class));
    }
}
