package io.forbear.retry.spring.boot;

import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Makes the registry of the application from its environment, with every {@link RetryListener} bean and the {@link
 * RetryRuntime} bean where there is one. An application that has a {@link RetryRegistry} of its own keeps it, and its
 * settings are then its own affair.
 */
@AutoConfiguration(after = {ForbearMetricsAutoConfiguration.class, ForbearTracingAutoConfiguration.class})
@EnableConfigurationProperties(ForbearProperties.class)
final class ForbearAutoConfiguration {

    private static final System.Logger LOG = System.getLogger("io.forbear.retry");

    /**
     * The registry and what reloads it.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(RetryRegistry.class)
    static final class Registry {

        /**
         * Makes the sources of the settings: the environment of Spring, and once the application runs also its files as
         * they are then.
         *
         * @param context the application, which says when it runs
         * @param environment the environment of the application
         * @param properties how often it is read again
         * @return the sources
         */
        @Bean
        @ConditionalOnMissingBean
        ConfigSources forbearConfigSources(
                ApplicationContext context, ConfigurableEnvironment environment, ForbearProperties properties) {
            ReadAgain settings = new ReadAgain(environment);
            if (context instanceof ConfigurableApplicationContext configurable) {
                configurable.addApplicationListener(settings);
            }
            Duration every = Optional.ofNullable(properties.getReload().getEvery())
                    .orElse(Duration.ofDays(1)); // the longest there is: events and operators are what reloads
            try {
                return ConfigSources.none().entries(settings).lookEvery(every);
            } catch (IllegalArgumentException outOfRange) {
                throw new InvalidSettingsException(
                        "forbear.reload.every: " + every + " (expected: a duration from 10ms to 1d)");
            }
        }

        /**
         * Makes the registry, at once: what is wrong with the settings stops the application before it takes work.
         *
         * @param sources the sources of the settings
         * @param environment the environment, in which the names that are about Spring Boot are looked at too
         * @param properties whether services must be named
         * @param listeners the listeners of the application
         * @param metrics the meters, where there are any
         * @param tracing the spans, where there are any
         * @param runtime clock, threads and randomness, where the application has its own
         * @param customizers code that adds what properties cannot say
         * @return the registry, which Spring closes
         */
        @Bean
        @Lazy(false)
        RetryRegistry forbearRetryRegistry(
                ConfigSources sources,
                ConfigurableEnvironment environment,
                ForbearProperties properties,
                ObjectProvider<RetryListener> listeners,
                ObjectProvider<MetricsListener> metrics,
                ObjectProvider<TracingListener> tracing,
                ObjectProvider<RetryRuntime> runtime,
                ObjectProvider<RetryRegistryCustomizer> customizers) {
            List<String> problems = new ArrayList<>(new EnvironmentSettings(environment).problems());
            problems.addAll(new HttpHosts(environment).problems());
            RetryConfig config = Problems.read(sources, problems);
            List<List<ConfigEntry>> layers = new EnvironmentSettings(environment).get();
            SharedVariables.of(config, layers).forEach(line -> LOG.log(System.Logger.Level.WARNING, line));
            IgnoredVariables.of(layers).forEach(line -> LOG.log(System.Logger.Level.WARNING, line));
            RetryRegistry.Builder builder = RetryRegistry.builder();
            runtime.ifAvailable(builder::runtime);
            observe(builder, metrics.getIfAvailable(), tracing.getIfAvailable());
            listeners.orderedStream().forEach(builder::listener);
            if (properties.isStrict()) {
                builder.strict();
            }
            List<RetryRegistryCustomizer> all = customizers.orderedStream().toList();
            all.forEach(customizer -> customizer.customize(builder));
            return builder.build(config);
        }

        /** Timers are told inside of spans, so that their exemplars lead there. */
        private static void observe(
                RetryRegistry.Builder builder, @Nullable MetricsListener metrics, @Nullable TracingListener tracing) {
            MetricsListener inside = metrics != null && metrics.isTimed() && tracing != null ? metrics : null;
            if (metrics != null && inside == null) {
                builder.listener(metrics.listener());
            }
            if (tracing != null) {
                builder.listener(tracing.listener(inside == null ? null : inside.listener()));
            }
        }

        /**
         * Makes what reads the settings again.
         *
         * @param registry the registry
         * @param sources the sources of its settings
         * @return the listener of changes
         */
        @Bean
        @Lazy(false)
        ForbearReload forbearReload(RetryRegistry registry, ConfigSources sources) {
            return new ForbearReload(registry, sources);
        }
    }
}
