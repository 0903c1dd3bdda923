package io.forbear.retry.spring.boot3;

import io.forbear.retry.core.RetryRegistry;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Shows the circuit breaker of every service that has one in the health of the application, where {@code
 * management.health.forbear.enabled} is {@code true}. The status is always UP: an open breaker says that another
 * service is not well, and an instance that is taken out of rotation for it does not help it.
 */
@AutoConfiguration(afterName = "io.forbear.retry.spring.boot.ForbearAutoConfiguration")
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(RetryRegistry.class)
@ConditionalOnProperty("management.health.forbear.enabled")
final class ForbearHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "forbearHealthIndicator")
    HealthIndicator forbearHealthIndicator(RetryRegistry registry) {
        return () -> {
            Health.Builder health = Health.up();
            registry.snapshot().forEach((name, figures) -> figures.breakerState()
                    .ifPresent(state -> health.withDetail(name, state.name())));
            return health.build();
        };
    }
}
