package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.operations.ServiceEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.MapPropertySource;

/** An environment that changes while calls go on. */
class ForbearReloadTest {

    private final Map<String, Object> changing = new HashMap<>(Map.of("forbear.services.orders.max-attempts", "2"));

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ForbearAutoConfiguration.class,
                    ForbearMetricsAutoConfiguration.class,
                    ForbearEndpointAutoConfiguration.class))
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withPropertyValues("management.endpoints.web.exposure.include=forbear")
            .withInitializer(context -> context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("changing", changing)));

    private static void tellOfChange(AssertableApplicationContext context) {
        context.publishEvent(new EnvironmentChangeEvent(context, Set.of("forbear.services.orders.max-attempts")));
    }

    private static double problem(AssertableApplicationContext context) {
        MeterRegistry meters = context.getBean(MeterRegistry.class);
        context.getBean(MeterBinder.class).bindTo(meters);
        return meters.get("forbear.configuration.problem").gauge().value();
    }

    @Test
    void theChangeEventOfSpringCloudReloadsUnderLiveServices() {
        runner.run(context -> {
            Retry orders = context.getBean(RetryRegistry.class).get("orders");
            changing.put("forbear.services.orders.max-attempts", "5");
            assertThat(orders.policy().maxAttempts()).isEqualTo(2);

            tellOfChange(context);

            assertThat(orders.policy().maxAttempts()).isEqualTo(5);
            assertThat(orders.operations().events())
                    .extracting(ServiceEvent::kind)
                    .contains(ServiceEvent.Kind.RELOADED);
            assertThat(context.getBean(ForbearReload.class).lastReload()).isPresent();
        });
    }

    @Test
    void wrongSettingsChangeNothingAndAreToldByEndpointGaugeAndEvent() {
        runner.run(context -> {
            Retry orders = context.getBean(RetryRegistry.class).get("orders");
            assertThat(problem(context)).isZero();
            changing.put("forbear.services.orders.max-attempts", "none");

            tellOfChange(context);

            assertThat(orders.policy().maxAttempts()).isEqualTo(2);
            String wrong = "changing: forbear.services.orders.max-attempts: none (expected: a whole number >= 1)";
            assertThat(context.getBean(ForbearEndpoint.class)
                            .services()
                            .reload()
                            .problem())
                    .isEqualTo(wrong);
            assertThat(problem(context)).isEqualTo(1);
            assertThat(orders.operations().events())
                    .extracting(ServiceEvent::kind)
                    .contains(ServiceEvent.Kind.RELOAD_REFUSED);

            changing.put("forbear.services.orders.max-attempts", "4");
            tellOfChange(context);

            assertThat(orders.policy().maxAttempts()).isEqualTo(4);
            assertThat(context.getBean(ForbearReload.class).problem()).isEmpty();
            assertThat(problem(context)).isZero();
        });
    }

    @Test
    void theEndpointReloadsWithoutSpringCloud() {
        runner.run(context -> {
            Retry orders = context.getBean(RetryRegistry.class).get("orders");
            ForbearEndpoint endpoint = context.getBean(ForbearEndpoint.class);
            changing.put("forbear.services.orders.max-attempts", "5");

            assertThat(endpoint.reload().getStatus()).isEqualTo(200);
            assertThat(orders.policy().maxAttempts()).isEqualTo(5);

            changing.put("forbear.services.orders.max-attempts", "-1");
            assertThat(endpoint.reload().getStatus()).isEqualTo(422);
            assertThat(orders.policy().maxAttempts()).isEqualTo(5);
            assertThat(endpoint.services().reload().refusals()).isEqualTo(1);
        });
    }
}
