package io.forbear.retry.spring;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;

/**
 * Makes the {@link Retry} of a method that is annotated with {@code @Retryable}, of Spring Framework 7 or of
 * spring-retry: a bean of this type lets this library make the calls of all such methods, with budget, circuit breaker
 * and figures, and without a change of code.
 *
 * <pre>{@code
 * @Bean
 * RetryableBridge bridge() {
 *     return (service, policy) -> Retries.named(service).policy(policy).build();
 * }
 * }</pre>
 *
 * <p>The post-processor of Spring, and the advice of spring-retry, are taken out of the application context. What an
 * annotation says and this library has not is refused when the application starts, as all else that is wrong with
 * {@link ForbearRetry}: a predicate, an interceptor, an expression over the exception, listeners, and retries whose
 * state outlives the call. What the annotation says of exceptions holds: without types, every exception is retried. A
 * method with {@code @Recover} is called as spring-retry calls it.
 *
 * <p>Spring's {@code maxRetries} does not count the first attempt, spring-retry's {@code maxAttempts} does; the policy
 * has that right.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RetryableBridge {

    /**
     * Makes the {@code Retry} of a method. Asked once for each, when the application starts.
     *
     * @param service the name of class and method, such as {@code Orders.load}; with the types of the parameters where
     *     several methods of the name are annotated, with the package where classes of two packages have the name
     * @param policy what the annotation says
     * @return decides on the calls of the method; the application closes it
     */
    Retry retry(String service, RetryPolicy policy);
}
