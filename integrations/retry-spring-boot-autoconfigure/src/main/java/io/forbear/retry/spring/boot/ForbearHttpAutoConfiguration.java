package io.forbear.retry.spring.boot;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.spring.web.RestClientRetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.client.ClientHttpRequestInterceptor;

/**
 * Reads which hosts belong to which service. The starters, one for each Boot, give it to the builders of HTTP clients.
 */
@AutoConfiguration(after = ForbearAutoConfiguration.class)
@ConditionalOnClass({RestClientRetry.class, ClientHttpRequestInterceptor.class})
@ConditionalOnBean(RetryRegistry.class)
final class ForbearHttpAutoConfiguration {

    /**
     * Makes what knows the hosts.
     *
     * @param environment the environment of the application
     * @param registry the services
     * @return the hosts of {@code forbear.http}
     */
    @Bean
    @ConditionalOnMissingBean
    HttpServices forbearHttpServices(ConfigurableEnvironment environment, RetryRegistry registry) {
        return new HttpServices(new HttpHosts(environment), registry);
    }
}
