package io.forbear.retry.spring;

import io.forbear.retry.Retry;

/**
 * Finds the {@link Retry} of a service by its name: a bean of this type is what {@link ForbearRetry} asks.
 *
 * <pre>{@code
 * @Bean(destroyMethod = "close")
 * RetryRegistry retries() { return RetryRegistry.load(settings); }
 *
 * @Bean
 * RetryLookup lookup(RetryRegistry retries) { return retries::get; }
 * }</pre>
 *
 * <p>Without a bean of this type, the beans of type {@link Retry} are known by their {@link Retry#name()}.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RetryLookup {

    /**
     * Returns the {@code Retry} of a service. Asked once for each annotated method, when the application starts.
     *
     * @param service the name of the service
     * @return decides on the calls of the service
     * @throws IllegalArgumentException if there is no such service; the message is shown
     */
    Retry get(String service);
}
