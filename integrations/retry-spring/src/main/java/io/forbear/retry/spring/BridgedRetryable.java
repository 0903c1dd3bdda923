package io.forbear.retry.spring;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;

/**
 * An annotation of another library that says how a method is retried.
 *
 * @param ofFramework whether it is that of Spring Framework, and not of spring-retry
 */
record BridgedRetryable(MergedAnnotation<?> annotation, boolean isOfType, boolean ofFramework)
        implements RetryAnnotation {

    /** In Spring Framework 7. */
    static final String OF_FRAMEWORK = "org.springframework.resilience.annotation.Retryable";

    /** In spring-retry. */
    static final String OF_SPRING_RETRY = "org.springframework.retry.annotation.Retryable";

    /** Tells whether an annotation is one that a bridge carries over. */
    static boolean is(String annotation) {
        return annotation.equals(OF_FRAMEWORK) || annotation.equals(OF_SPRING_RETRY);
    }

    /** Finds such an annotation of a method; {@code null} for none. */
    static @Nullable BridgedRetryable find(Method method, Class<?> type) {
        Found found = RetryAnnotation.find(OF_FRAMEWORK, method, type);
        if (found != null) {
            return new BridgedRetryable(found.annotation(), found.isOfType(), true);
        }
        found = RetryAnnotation.find(OF_SPRING_RETRY, method, type);
        return found == null ? null : new BridgedRetryable(found.annotation(), found.isOfType(), false);
    }
}
