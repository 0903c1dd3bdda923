package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.MethodIntrospector;
import org.springframework.util.ReflectionUtils;

/**
 * Tells a native image what is called by reflection for annotated beans: fallbacks, and what the expression of a client
 * reads of the arguments. Spring finds it by {@code META-INF/spring/aot.factories}.
 *
 * @since 0.1
 */
public final class ForbearRetryHints implements BeanRegistrationAotProcessor {

    /** Creates the processor. */
    public ForbearRetryHints() {}

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
        Class<?> type = registeredBean.getBeanClass();
        Set<Method> called = new HashSet<>();
        Set<Class<?>> read = new HashSet<>();
        for (Method method : MethodIntrospector.selectMethods(
                type, (ReflectionUtils.MethodFilter) one -> Declaration.find(one, type) != null)) {
            Declaration declaration = Declaration.find(method, type);
            if (declaration == null) {
                continue;
            }
            if (!declaration.fallbackMethod().isEmpty()) {
                Fallback fallback = Fallback.find(declaration.fallbackMethod(), method, type, new Problems());
                called.addAll(fallback == null ? Set.of() : fallback.methods());
            }
            if (!declaration.client().isEmpty()) {
                read.addAll(SuspendFunction.parameters(method));
            }
        }
        if (called.isEmpty() && read.isEmpty()) {
            return null;
        }
        return (generation, code) -> {
            ReflectionHints hints = generation.getRuntimeHints().reflection();
            called.forEach(method -> hints.registerMethod(method, ExecutableMode.INVOKE));
            read.forEach(argument -> hints.registerType(argument, MemberCategory.INVOKE_PUBLIC_METHODS));
        };
    }
}
