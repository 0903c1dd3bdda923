package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.RecordingListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What an application finds without writing a line, and what it can replace. */
class ForbearAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ForbearAutoConfiguration.class,
                    ForbearMetricsAutoConfiguration.class,
                    ForbearTracingAutoConfiguration.class))
            .withPropertyValues("forbear.services.orders.max-attempts=2", "forbear.services.orders.base-delay=0");

    private static void failOnce(Retry retry) throws Exception {
        int[] attempts = {0};
        retry.call(() -> {
            if (++attempts[0] == 1) {
                throw new IOException("connection reset");
            }
            return "";
        });
    }

    @Test
    void theRegistryHasTheServicesOfTheProperties() {
        runner.run(context -> {
            RetryRegistry registry = context.getBean(RetryRegistry.class);

            assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(2);
            assertThat(registry.get("users").policy().maxAttempts()).isEqualTo(3);
        });
    }

    @Test
    void wrongSettingsStopTheApplicationEvenWhereBeansAreLazy() {
        runner.withPropertyValues("forbear.default.max-attempts=0", "forbear.services.orders.deadline=x")
                .withInitializer(context -> context.addBeanFactoryPostProcessor(
                        new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidSettingsException.class)
                        .hasMessageContaining("2 settings are wrong")
                        .hasMessageContaining("forbear.default.max-attempts: 0 (expected: a whole number >= 1)")
                        .hasMessageContaining("forbear.services.orders.deadline: x (expected: a duration"));
    }

    @Test
    void strictRefusesAServiceThatNothingNames() {
        runner.withPropertyValues("forbear.strict=true").run(context -> {
            RetryRegistry registry = context.getBean(RetryRegistry.class);

            assertThat(registry.get("orders")).isNotNull();
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> registry.get("order"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("orders");
        });
    }

    @Test
    void anApplicationKeepsARegistryOfItsOwn() {
        runner.withBean(RetryRegistry.class, () -> RetryRegistry.load(java.util.Map.of("max-attempts", 7)))
                .run(context -> {
                    assertThat(context.getBean(RetryRegistry.class)
                                    .get("orders")
                                    .policy()
                                    .maxAttempts())
                            .isEqualTo(7);
                    assertThat(context).doesNotHaveBean(ForbearReload.class);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Parts {

        @Bean
        RecordingListener listener() {
            return new RecordingListener();
        }

        @Bean
        ManualRuntime manual() {
            return new ManualRuntime();
        }

        @Bean
        RetryRuntime runtime(ManualRuntime manual) {
            return manual.runtime();
        }

        @Bean
        RetryRegistryCustomizer twice() {
            return registry -> registry.customize(
                    "orders", orders -> orders.policy((RetryPolicy.Builder policy) -> policy.maxAttempts(5)));
        }
    }

    @Test
    void listenersRuntimeAndCustomizersOfTheApplicationAreItsRegistrys() {
        runner.withUserConfiguration(Parts.class)
                .withPropertyValues("forbear.services.orders.base-delay=10s")
                .run(context -> {
                    Retry orders = context.getBean(RetryRegistry.class).get("orders");
                    failOnce(orders); // on virtual time, so at once

                    assertThat(orders.policy().maxAttempts()).isEqualTo(5);
                    assertThat(context.getBean(ManualRuntime.class).sleeper().sleeps())
                            .hasSize(1);
                    assertThat(context.getBean(RecordingListener.class).events())
                            .isNotEmpty();
                    assertThat(context).hasSingleBean(RetryListener.class);
                });
    }

    @Test
    void metersAreBoundByThemselves() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            failOnce(context.getBean(RetryRegistry.class).get("orders"));

            MeterRegistry meters = context.getBean(MeterRegistry.class);
            assertThat(meters.get("forbear.attempts")
                            .tag("retry.service", "orders")
                            .functionCounter()
                            .count())
                    .isEqualTo(2);
            assertThat(meters.find("forbear.call.duration").timer()).isNull();
        });
    }

    @Test
    void metersCanBeLeftOutAndAreLeftOutWithoutMicrometer() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues("forbear.metrics.enabled=false")
                .run(context -> {
                    context.getBean(RetryRegistry.class).get("orders");
                    assertThat(context.getBean(MeterRegistry.class).getMeters()).isEmpty();
                });
        runner.withClassLoader(new FilteredClassLoader("io.micrometer", "io.opentelemetry"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(RetryRegistry.class));
        runner.withClassLoader(new FilteredClassLoader("io.forbear.retry.micrometer", "io.forbear.retry.otel"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(RetryRegistry.class));
    }

    @Test
    void eachAttemptIsASpanOfTheApplicationsOpenTelemetry() {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build();
        runner.withBean(OpenTelemetry.class, () -> openTelemetry).run(context -> {
            failOnce(context.getBean(RetryRegistry.class).get("orders"));

            List<SpanData> made = spans.getFinishedSpanItems();
            assertThat(made).as("two attempts and their call").hasSize(3);
        });
    }

    @Test
    void timersAreToldInsideOfSpansAndOnce() {
        OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().build())
                .build();
        runner.withBean(OpenTelemetry.class, () -> openTelemetry)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues("forbear.metrics.durations=true")
                .run(context -> {
                    failOnce(context.getBean(RetryRegistry.class).get("orders"));

                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(meters.get("forbear.call.duration")
                                    .tag("outcome", "recovered")
                                    .timer()
                                    .count())
                            .isEqualTo(1);
                    assertThat(meters.get("forbear.attempts").functionCounter().count())
                            .isEqualTo(2);
                });
    }
}
