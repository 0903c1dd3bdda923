package io.forbear.retry.spring.boot3;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.spring.boot.ForbearAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Shows breakers in the health of the application, where {@code management.health.forbear.enabled} is {@code true}.
 *
 * @since 0.1
 */
@AutoConfiguration(after = ForbearAutoConfiguration.class)
@ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
@ConditionalOnBean(RetryRegistry.class)
@ConditionalOnProperty("management.health.forbear.enabled")
public final class ForbearHealthAutoConfiguration {

    /** Made by Spring. */
    public ForbearHealthAutoConfiguration() {}

    /**
     * Makes the indicator.
     *
     * @param registry the services
     * @return the indicator
     */
    @Bean
    @ConditionalOnMissingBean
    public ForbearHealthIndicator forbearHealthIndicator(RetryRegistry registry) {
        return new ForbearHealthIndicator(registry);
    }
}
