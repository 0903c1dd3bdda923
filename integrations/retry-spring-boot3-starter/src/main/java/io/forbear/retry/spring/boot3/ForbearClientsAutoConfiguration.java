package io.forbear.retry.spring.boot3;

import io.forbear.retry.spring.boot.HttpServices;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.client.RestClientCustomizer;
import org.springframework.boot.web.client.RestTemplateCustomizer;
import org.springframework.boot.web.reactive.function.client.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lets the clients that are built by a builder of Boot retry the requests to the hosts of {@code forbear.http}. It
 * comes before other customizers, so that what they add runs for each attempt.
 */
@AutoConfiguration(afterName = "io.forbear.retry.spring.boot.ForbearHttpAutoConfiguration")
@ConditionalOnClass(name = "io.forbear.retry.spring.web.RestClientRetry")
@ConditionalOnBean(HttpServices.class)
final class ForbearClientsAutoConfiguration {

    /**
     * For {@code RestClient} and {@code RestTemplate}.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RestClientCustomizer.class)
    static final class RestClients {

        /**
         * Makes what changes a builder of {@code RestClient}.
         *
         * @param services the hosts
         * @return adds an interceptor, unless there are no hosts
         */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        RestClientCustomizer forbearRestClientCustomizer(HttpServices services) {
            return builder -> {
                if (!services.isEmpty()) {
                    builder.requestInterceptors(all -> all.add(0, services.interceptor()));
                }
            };
        }

        /**
         * Makes what changes a {@code RestTemplate}.
         *
         * @param services the hosts
         * @return adds an interceptor, unless there are no hosts
         */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        RestTemplateCustomizer forbearRestTemplateCustomizer(HttpServices services) {
            return template -> {
                if (!services.isEmpty()) {
                    template.getInterceptors().add(0, services.interceptor());
                }
            };
        }
    }

    /**
     * For {@code WebClient}, where {@code retry-reactor} is there.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            value = WebClientCustomizer.class,
            name = {
                "org.springframework.web.reactive.function.client.WebClient",
                "io.forbear.retry.reactor.ForbearOperator"
            })
    static final class WebClients {

        /**
         * Makes what changes a builder of {@code WebClient}.
         *
         * @param services the hosts
         * @return adds a filter, unless there are no hosts
         */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        WebClientCustomizer forbearWebClientCustomizer(HttpServices services) {
            return builder -> {
                if (!services.isEmpty()) {
                    builder.filters(all -> all.add(0, services.filter()));
                }
            };
        }
    }
}
