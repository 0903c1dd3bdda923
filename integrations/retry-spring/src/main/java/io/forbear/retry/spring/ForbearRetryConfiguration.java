package io.forbear.retry.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportAware;
import org.springframework.context.annotation.Role;
import org.springframework.core.type.AnnotationMetadata;

/**
 * What {@link EnableForbearRetry} imports. It is public so that Spring can make it on the module path.
 *
 * @since 0.1
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public final class ForbearRetryConfiguration implements ImportAware {

    private Map<String, Object> settings = Map.of();

    /** Creates the configuration. */
    public ForbearRetryConfiguration() {}

    @Override
    public void setImportMetadata(AnnotationMetadata importing) {
        Map<String, @Nullable Object> found = importing.getAnnotationAttributes(EnableForbearRetry.class.getName());
        settings = found == null ? Map.of() : Map.copyOf(found);
    }

    /**
     * Makes the post-processor.
     *
     * @return with the settings of the annotation
     */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    public ForbearRetryPostProcessor forbearRetryPostProcessor() {
        ForbearRetryPostProcessor processor = new ForbearRetryPostProcessor();
        processor.setProxyTargetClass(Boolean.TRUE.equals(settings.get("proxyTargetClass")));
        if (settings.get("order") instanceof Integer order) {
            processor.setOrder(order);
        }
        return processor;
    }

    /**
     * Makes what takes {@code @Retryable} over where there is a {@link RetryableBridge}.
     *
     * @return a new post-processor
     */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    public static RetryableTakeover forbearRetryableTakeover() {
        return new RetryableTakeover();
    }
}
