package io.forbear.retry.spring;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Looks at the annotations of all beans when the application starts, and tells of all that is wrong at once: names that
 * are not known, and methods whose calls would silently not be retried, or be retried twice.
 */
final class StartUpCheck {

    /** Annotations of other libraries that retry too, so that both on one method multiply its attempts. */
    private static final List<String> OTHER_RETRIES = List.of(
            BridgedRetryable.OF_FRAMEWORK,
            BridgedRetryable.OF_SPRING_RETRY,
            "io.github.resilience4j.retry.annotation.Retry");

    /** Beans of Spring itself, of which an application has hundreds, have no methods of the application. */
    private static final String OF_SPRING = "org.springframework.";

    private final ConfigurableListableBeanFactory beans;
    private final RetriedMethods methods;
    private final BiPredicate<Class<?>, String> isSubclassed;
    private final Problems problems = new Problems();

    /**
     * Creates the check.
     *
     * @param isSubclassed tells of a class and the name of its bean whether its proxy is a subclass
     */
    StartUpCheck(
            ConfigurableListableBeanFactory beans, RetriedMethods methods, BiPredicate<Class<?>, String> isSubclassed) {
        this.beans = beans;
        this.methods = methods;
        this.isSubclassed = isSubclassed;
    }

    void run() {
        Set<Class<?>> seen = new HashSet<>();
        for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
            Class<?> type = type(name);
            if (type != null
                    && seen.add(type)
                    && !type.getName().startsWith(OF_SPRING)
                    && AnnotationUtils.isCandidateClass(type, ForbearRetry.class)) {
                check(type, name);
            }
        }
        problems.throwIfAny();
    }

    private @Nullable Class<?> type(String name) {
        try {
            Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
            // the bean behind a proxy of a scope has a name of its own
            return type == null || ScopedObject.class.isAssignableFrom(type) ? null : ClassUtils.getUserClass(type);
        } catch (RuntimeException | LinkageError unknown) {
            return null; // a bean whose type is not known before it is made, or whose class lacks a library
        }
    }

    private void check(Class<?> type, String bean) {
        Map<Method, RetryAnnotation> annotated = annotated(type);
        if (annotated.isEmpty()) {
            return;
        }
        boolean subclassed = isSubclassed.test(type, bean);
        if (subclassed && Modifier.isFinal(type.getModifiers())) {
            problems.add(
                    type.getName(), "class", "final", "one that is not final, or has an interface; in Kotlin open");
        }
        Map<Method, RetryAnnotation> own = new HashMap<>();
        annotated.forEach((method, annotation) -> {
            Method specific = AopUtils.getMostSpecificMethod(method, type);
            if (isReachable(specific, type, subclassed)) {
                methods.make(specific, type, annotation, problems);
                if (annotation instanceof Declaration) {
                    checkOthers(specific, type);
                }
            }
            if (!annotation.isOfType()) {
                own.put(specific, annotation);
            }
        });
        for (SelfCalls.SelfCall call : SelfCalls.of(type, annotated.keySet(), own.keySet())) {
            problems.add(
                    call.caller(),
                    "call",
                    "this." + call.called(),
                    "a call through the proxy, from another bean; one of the same object is not retried");
        }
    }

    private Map<Method, RetryAnnotation> annotated(Class<?> type) {
        Map<Method, RetryAnnotation> found = new HashMap<>();
        try {
            for (Method method : MethodIntrospector.selectMethods(
                    type, (ReflectionUtils.MethodFilter) one -> methods.annotation(one, type) != null)) {
                RetryAnnotation annotation = methods.annotation(method, type);
                if (annotation != null) {
                    found.put(method, annotation);
                }
            }
            return found;
        } catch (LinkageError unknown) {
            return Map.of(); // as there: a method's type lacks a library, and the bean is not in use
        }
    }

    /** Tells whether a proxy can intercept a method, where it is annotated. */
    private boolean isReachable(Method method, Class<?> type, boolean subclassed) {
        int modifiers = method.getModifiers();
        String kind = Modifier.isStatic(modifiers)
                ? "static"
                : Modifier.isPrivate(modifiers)
                        ? "private"
                        : subclassed && Modifier.isFinal(modifiers) ? "final" : null;
        if (kind != null) {
            problems.add(Problems.place(type, method), "method", kind, "one that a proxy intercepts; in Kotlin open");
        }
        return kind == null;
    }

    private void checkOthers(Method method, Class<?> type) {
        for (String other : OTHER_RETRIES) {
            if (isPresent(other, method)) {
                addOther(method, type, "@" + other);
            } else if (isPresent(other, type) && !methods.takesOver(other)) {
                addOther(method, type, "@" + other + " of the class");
            }
        }
    }

    private static boolean isPresent(String annotation, AnnotatedElement element) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).isPresent(annotation);
    }

    private void addOther(Method method, Class<?> type, String other) {
        problems.add(Problems.place(type, method), "annotation", other, "none beside @ForbearRetry");
    }
}
