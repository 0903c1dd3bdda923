package io.forbear.retry.spring.boot;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.spring.ForbearRetryPostProcessor;
import io.forbear.retry.spring.RetryLookup;
import io.forbear.retry.spring.RetryableBridge;
import io.forbear.retry.spring.RetryableTakeover;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Switches {@link io.forbear.retry.spring.ForbearRetry} on: the services that annotations name are those of the
 * registry. Proxies are subclasses unless {@code spring.aop.proxy-target-class} is {@code false}, as those of Boot.
 */
@AutoConfiguration(after = ForbearAutoConfiguration.class)
@ConditionalOnClass(ForbearRetryPostProcessor.class)
@ConditionalOnBean(RetryRegistry.class)
final class ForbearAnnotationAutoConfiguration {

    /**
     * Makes what finds the annotations. It is made before all other beans, and asks for none of them.
     *
     * @param environment says whether proxies are subclasses
     * @return the post-processor
     */
    @Bean
    @ConditionalOnMissingBean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ForbearRetryPostProcessor forbearRetryPostProcessor(Environment environment) {
        ForbearRetryPostProcessor processor = new ForbearRetryPostProcessor();
        processor.setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
        return processor;
    }

    /**
     * Makes what keeps Spring and spring-retry from retrying too where a {@link
     * io.forbear.retry.spring.RetryableBridge} is a bean; it does nothing where none is.
     *
     * @return the post-processor
     */
    @Bean
    @ConditionalOnMissingBean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static RetryableTakeover forbearRetryableTakeover() {
        return new RetryableTakeover();
    }

    /**
     * Makes what lets methods with {@code @Retryable} be retried by the services of the registry, where the property
     * says so and the application has no bridge of its own.
     *
     * @param registry the services, which are made later
     * @return the bridge
     */
    @Bean
    @Conditional(OnRetryableBridge.class)
    @ConditionalOnMissingBean(RetryableBridge.class)
    static RegistryBridge forbearRetryableBridge(ObjectProvider<RetryRegistry> registry) {
        return new RegistryBridge(registry);
    }

    /**
     * Makes what finds the service of an annotation.
     *
     * @param registry the services
     * @return the registry's own look-up
     */
    @Bean
    @ConditionalOnMissingBean
    RetryLookup forbearRetryLookup(RetryRegistry registry) {
        return registry::get;
    }
}
