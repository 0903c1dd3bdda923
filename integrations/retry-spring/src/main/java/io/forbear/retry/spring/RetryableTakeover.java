package io.forbear.retry.spring;

import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Takes what serves {@code @Retryable} elsewhere out of an application context that has a {@link RetryableBridge}, so
 * that no call is retried twice. {@link EnableForbearRetry} registers it.
 *
 * @since 0.1
 */
public final class RetryableTakeover implements BeanDefinitionRegistryPostProcessor {

    /** The post-processor of Spring Framework 7, and the advice of spring-retry. */
    private static final List<String> TYPES = List.of(
            "org.springframework.resilience.annotation.RetryAnnotationBeanPostProcessor",
            "org.springframework.retry.annotation.RetryConfiguration");

    /** Creates the post-processor. */
    public RetryableTakeover() {}

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (!(registry instanceof ListableBeanFactory beans)
                || beans.getBeanNamesForType(RetryableBridge.class, true, false).length == 0) {
            return;
        }
        ClassLoader loader = RetryableTakeover.class.getClassLoader();
        for (String type : TYPES) {
            if (ClassUtils.isPresent(type, loader)) {
                for (String name : beans.getBeanNamesForType(ClassUtils.resolveClassName(type, loader), true, false)) {
                    registry.removeBeanDefinition(name);
                }
            }
        }
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        // the definitions are all there is to change
    }
}
