package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.RetryRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application whose files change while it runs; Spring Cloud is not asked. */
class ReadAgainTest {

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(ForbearAutoConfiguration.class)
    static class Application {}

    @TempDir
    private Path config;

    @BeforeEach
    void begins() throws IOException {
        write("application.yml", "forbear.services.orders: {max-attempts: 2, base-delay: 1ms}");
        write("application-prod.yml", "forbear.services.orders.base-delay: 2ms");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(config.resolve(file), text + "\n");
    }

    private void run(Consumer<ConfigurableApplicationContext> test, String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "--spring.config.location=file:" + config + "/";
        arguments[1] = "--spring.profiles.active=prod";
        arguments[2] = "--spring.cloud.bootstrap.enabled=false";
        System.arraycopy(more, 0, arguments, 3, more.length);
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(arguments)) {
            test.accept(context);
        }
    }

    private static String setting(Retry retry, String name) {
        return retry.operations().configuration().stream()
                .filter(value -> value.name().equals(name))
                .map(value -> value.value() + " <- " + value.detail())
                .findFirst()
                .orElseThrow();
    }

    private void changed(String file, String text) {
        try {
            write(file, text);
        } catch (IOException full) {
            throw new AssertionError(full);
        }
    }

    @Test
    void aReloadReadsTheFilesOfTheApplicationAndOfItsProfiles() {
        run(context -> {
            Retry orders = context.getBean(RetryRegistry.class).get("orders");
            changed("application.yml", "forbear.services.orders: {max-attempts: 5}");
            changed("application-prod.yml", "\n\nforbear.services.orders.base-delay: 3ms");

            assertThat(context.getBean(ForbearReload.class).reload()).isEmpty();

            assertThat(setting(orders, "max-attempts"))
                    .isEqualTo("5 <- forbear.services.orders.max-attempts (application.yml:1)");
            assertThat(setting(orders, "base-delay"))
                    .isEqualTo("PT0.003S <- forbear.services.orders.base-delay (application-prod.yml:3)");
            assertThat(context.getEnvironment().getProperty("forbear.services.orders.max-attempts"))
                    .as("what the application sees is as it was")
                    .isEqualTo("2");
        });
    }

    @Test
    void whatIsStrongerThanAFileStaysSo() {
        run(
                context -> {
                    Retry orders = context.getBean(RetryRegistry.class).get("orders");
                    changed("application.yml", "forbear.services.orders: {max-attempts: 5, multiplier: 3}");

                    assertThat(context.getBean(ForbearReload.class).reload()).isEmpty();

                    assertThat(setting(orders, "max-attempts"))
                            .isEqualTo("7 <- forbear.services.orders.max-attempts (commandLineArgs)");
                    assertThat(setting(orders, "multiplier")).startsWith("3.0 <- ");
                },
                "--forbear.services.orders.max-attempts=7");
    }

    @Test
    void aFileThatCannotBeReadChangesNothing() {
        run(context -> {
            Retry orders = context.getBean(RetryRegistry.class).get("orders");
            changed("application.yml", "forbear: {services: [");

            assertThat(context.getBean(ForbearReload.class).reload())
                    .hasValueSatisfying(problem -> assertThat(problem).contains("settings that can be read"));

            assertThat(orders.policy().maxAttempts()).isEqualTo(2);
            changed("application.yml", "forbear.services.orders.max-attempts: 4");
            assertThat(context.getBean(ForbearReload.class).reload()).isEmpty();
            assertThat(orders.policy().maxAttempts()).isEqualTo(4);
        });
    }

    @Test
    void filesAreFollowedWhereThatIsAsked() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        run(
                context -> {
                    Retry orders = context.getBean(RetryRegistry.class).get("orders");
                    changed("application.yml", "forbear.services.orders.max-attempts: 6");
                    try {
                        for (int i = 0; i < 600 && orders.policy().maxAttempts() != 6; i++) {
                            taken.await(50, TimeUnit.MILLISECONDS);
                        }
                    } catch (InterruptedException interrupt) {
                        throw new AssertionError(interrupt);
                    }
                    assertThat(orders.policy().maxAttempts()).isEqualTo(6);
                },
                "--forbear.reload.every=50ms");
    }
}
