package io.forbear.retry.spring;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

/** What an annotation says of the retries of a method. */
sealed interface RetryAnnotation permits Declaration, BridgedRetryable {

    /** Tells whether it is the annotation of the type, which stands for the public methods. */
    boolean isOfType();

    /**
     * An annotation that was found.
     *
     * @param isOfType whether it stands on the type
     */
    record Found(MergedAnnotation<?> annotation, boolean isOfType) {}

    /**
     * Finds an annotation of a method: on the method of the class, on those that it overrides or implements, on the
     * class, on its superclasses and interfaces.
     *
     * @param name the name of the annotation's type, which need not be there
     * @param type the class of the bean, or of its proxy
     */
    static @Nullable Found find(String name, Method method, Class<?> type) {
        Method own = AopUtils.getMostSpecificMethod(method, type);
        MergedAnnotation<?> found = annotation(name, own);
        if (!found.isPresent() && !own.equals(method)) {
            found = annotation(name, method);
        }
        if (found.isPresent()) {
            return new Found(found, false);
        }
        boolean covered = Modifier.isPublic(own.getModifiers())
                && !Modifier.isStatic(own.getModifiers())
                && !own.isSynthetic()
                && !ReflectionUtils.isObjectMethod(own);
        MergedAnnotation<?> ofType = covered ? annotation(name, type) : MergedAnnotation.missing();
        return ofType.isPresent() ? new Found(ofType, true) : null;
    }

    private static MergedAnnotation<?> annotation(String name, AnnotatedElement element) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).get(name);
    }
}
