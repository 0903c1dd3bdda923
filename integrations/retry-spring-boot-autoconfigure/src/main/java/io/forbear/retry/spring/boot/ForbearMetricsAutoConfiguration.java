package io.forbear.retry.spring.boot;

import io.forbear.retry.micrometer.MicrometerRetry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Binds the meters of every service to the {@link MeterRegistry} of the application.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass({MicrometerRetry.class, MeterRegistry.class})
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnProperty(name = "forbear.metrics.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ForbearProperties.class)
final class ForbearMetricsAutoConfiguration {

    /**
     * Makes the listener that registers the meters of a service when it is made.
     *
     * @param registry the registry of meters
     * @param properties whether durations are measured
     * @return the listener, with what tracing must know of it
     */
    @Bean
    @ConditionalOnMissingBean
    MetricsListener forbearMetricsListener(MeterRegistry registry, ForbearProperties properties) {
        boolean isTimed = properties.getMetrics().isDurations();
        MicrometerRetry.Builder builder = MicrometerRetry.builder(registry);
        return new MetricsListener(isTimed ? builder.durations().build() : builder.build(), isTimed);
    }

    /**
     * Registers the gauge {@code forbear.configuration.problem}: 1 while the settings that were read last are wrong, so
     * that those before are in force.
     *
     * @param reload what reads the settings
     * @return the binder, which Boot asks
     */
    @Bean
    MeterBinder forbearConfigurationProblem(ObjectProvider<ForbearReload> reload) {
        return meters -> reload.ifAvailable(known -> Gauge.builder(
                        "forbear.configuration.problem",
                        known,
                        it -> it.problem().isPresent() ? 1 : 0)
                .description("1 while the settings that were read last are wrong; those before are in force")
                .register(meters));
    }
}
