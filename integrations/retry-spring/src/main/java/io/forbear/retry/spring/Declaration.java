package io.forbear.retry.spring;

import io.forbear.retry.Criticality;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

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
        boolean isOfType) {

    /**
     * Finds what is said of a method: on the method of the class, on those that it overrides or implements, on the
     * class, on its superclasses and interfaces.
     *
     * @param type the class of the bean, or of its proxy
     */
    static @Nullable Declaration find(Method method, Class<?> type) {
        Method own = AopUtils.getMostSpecificMethod(method, type);
        MergedAnnotation<ForbearRetry> found = annotation(own);
        if (!found.isPresent() && !own.equals(method)) {
            found = annotation(method);
        }
        if (found.isPresent()) {
            return read(found, false);
        }
        boolean covered = Modifier.isPublic(own.getModifiers())
                && !Modifier.isStatic(own.getModifiers())
                && !own.isSynthetic()
                && !ReflectionUtils.isObjectMethod(own);
        if (!covered) {
            return null;
        }
        MergedAnnotation<ForbearRetry> ofType = annotation(type);
        return ofType.isPresent() ? read(ofType, true) : null;
    }

    private static MergedAnnotation<ForbearRetry> annotation(AnnotatedElement element) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).get(ForbearRetry.class);
    }

    private static Declaration read(MergedAnnotation<ForbearRetry> annotation, boolean isOfType) {
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
