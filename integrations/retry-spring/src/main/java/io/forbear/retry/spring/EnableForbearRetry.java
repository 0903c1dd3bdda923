package io.forbear.retry.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Switches {@link ForbearRetry} on, for all beans of the application context: it registers a {@link
 * ForbearRetryPostProcessor}.
 *
 * <pre>{@code
 * @Configuration
 * @EnableForbearRetry
 * class Application {
 *
 *     @Bean
 *     Retry orders() { return Retries.named("orders").build(); }
 * }
 * }</pre>
 *
 * @since 0.1
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(ForbearRetryConfiguration.class)
public @interface EnableForbearRetry {

    /**
     * Says whether proxies are subclasses of the beans where these have interfaces too.
     *
     * @return {@code false}, the default, for what the application context does elsewhere
     */
    boolean proxyTargetClass() default false;

    /**
     * Sets when the post-processor runs among those that make proxies: one that runs later is around it.
     *
     * @return {@link ForbearRetryPostProcessor#DEFAULT_ORDER} by default
     */
    int order() default ForbearRetryPostProcessor.DEFAULT_ORDER;
}
