package io.forbear.retry.spring.boot;

import io.forbear.retry.core.RetryRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Makes {@code /actuator/forbear}, where the actuator is there and the endpoint is exposed.
 */
@AutoConfiguration(after = ForbearAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(RetryRegistry.class)
final class ForbearEndpointAutoConfiguration {

    /**
     * Makes the endpoint.
     *
     * @param registry the services
     * @param reload what reads the settings again, where they are read from the environment
     * @return the endpoint
     */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(endpoint = ForbearEndpoint.class)
    ForbearEndpoint forbearEndpoint(RetryRegistry registry, ObjectProvider<ForbearReload> reload) {
        return new ForbearEndpoint(registry, reload.getIfAvailable());
    }
}
