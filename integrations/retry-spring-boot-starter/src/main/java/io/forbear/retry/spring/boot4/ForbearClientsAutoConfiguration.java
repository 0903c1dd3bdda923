package io.forbear.retry.spring.boot4;

import io.forbear.retry.spring.boot.ForbearHttpAutoConfiguration;
import io.forbear.retry.spring.boot.HttpServices;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.RestTemplateCustomizer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lets the clients that are built by a builder of Boot retry the requests to the hosts of {@code forbear.http}. It comes
 * before other customizers, so that what they add runs for each attempt.
 *
 * @since 0.1
 */
@AutoConfiguration(after = ForbearHttpAutoConfiguration.class)
@ConditionalOnClass(name = "io.forbear.retry.spring.web.RestClientRetry")
@ConditionalOnBean(HttpServices.class)
public final class ForbearClientsAutoConfiguration {

    /** Made by Spring. */
    public ForbearClientsAutoConfiguration() {}

    /**
     * For {@code RestClient} and {@code RestTemplate}.
     *
     * @since 0.1
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RestClientCustomizer.class)
    public static final class RestClients {

        /** Made by Spring. */
        public RestClients() {}

        /**
         * Makes what changes a builder of {@code RestClient}.
         *
         * @param services the hosts
         * @return adds an interceptor, unless there are no hosts
         */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        public RestClientCustomizer forbearRestClientCustomizer(HttpServices services) {
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
        public RestTemplateCustomizer forbearRestTemplateCustomizer(HttpServices services) {
            return template -> {
                if (!services.isEmpty()) {
                    template.getInterceptors().add(0, services.interceptor());
                }
            };
        }
    }

    /**
     * For {@code WebClient}, where {@code retry-reactor} is there.
     *
     * @since 0.1
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            value = WebClientCustomizer.class,
            name = {
                "org.springframework.web.reactive.function.client.WebClient",
                "io.forbear.retry.reactor.ForbearOperator"
            })
    public static final class WebClients {

        /** Made by Spring. */
        public WebClients() {}

        /**
         * Makes what changes a builder of {@code WebClient}.
         *
         * @param services the hosts
         * @return adds a filter, unless there are no hosts
         */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        public WebClientCustomizer forbearWebClientCustomizer(HttpServices services) {
            return builder -> {
                if (!services.isEmpty()) {
                    builder.filters(all -> all.add(0, services.filter()));
                }
            };
        }
    }
}
