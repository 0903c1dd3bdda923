package io.forbear.retry.spring;

import io.forbear.retry.Criticality;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;

/**
 * What the annotation of a method says, as it is written.
 *
 * @param service the name of the service, {@code ""} where the annotation has none
 * @param deadline a time as text, {@code ""} for none
 * @param client an expression, {@code ""} for none
 * @param fallbackMethod the name of a method, {@code ""} for none
 * @param isOfType whether it is the annotation of the type, which stands for the public methods
 */
record Declaration(
        String service,
        ForbearRetry.Idempotent idempotent,
        String deadline,
        Criticality criticality,
        String client,
        String fallbackMethod,
        boolean isOfType)
        implements RetryAnnotation {

    /** Finds what is said of a method; {@code null} for nothing. */
    static @Nullable Declaration find(Method method, Class<?> type) {
        Found found = RetryAnnotation.find(ForbearRetry.class.getName(), method, type);
        return found == null ? null : read(found.annotation(), found.isOfType());
    }

    private static Declaration read(MergedAnnotation<?> annotation, boolean isOfType) {
        return new Declaration(
                annotation.getString("name"),
                annotation.getEnum("idempotent", ForbearRetry.Idempotent.class),
                annotation.getString("deadline"),
                annotation.getEnum("criticality", Criticality.class),
                annotation.getString("client"),
                annotation.getString("fallbackMethod"),
                isOfType);
    }
}
