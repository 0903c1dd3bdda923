package io.forbear.retry.spring.boot;

import io.forbear.retry.core.RetryRegistry;

/**
 * Code that adds what no property can say to the registry of the application, such as a classifier or a rule for
 * results. Beans of this type are asked in their order, once, before the registry is made:
 *
 * <pre>{@code
 * @Bean
 * RetryRegistryCustomizer orders() {
 *     return registry -> registry.customize("orders", orders -> orders.policy(policy -> policy.classifier(mine)));
 * }
 * }</pre>
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RetryRegistryCustomizer {

    /**
     * Changes the builder.
     *
     * @param registry the builder, which has the listeners and the runtime of the application already
     */
    void customize(RetryRegistry.Builder registry);
}
