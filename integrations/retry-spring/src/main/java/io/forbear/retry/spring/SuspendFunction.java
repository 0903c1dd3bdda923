package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.List;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;

/**
 * What Kotlin's compiler makes of a {@code suspend} function: a method whose last parameter is the continuation of its
 * caller, and which returns {@code Object}. Every other method is what it is.
 */
final class SuspendFunction {

    private static final String UNIT = "kotlin.Unit";

    private SuspendFunction() {}

    /** Tells whether a method is a {@code suspend} function. */
    static boolean is(Method method) {
        return KotlinDetector.isSuspendingFunction(method);
    }

    /** Returns the types of the parameters that the source has. */
    static List<Class<?>> parameters(Method method) {
        List<Class<?>> all = List.of(method.getParameterTypes());
        return is(method) ? all.subList(0, all.size() - 1) : all;
    }

    /** Returns the type of the result that the source has, in a class; {@code void} where there is none. */
    static Class<?> result(Method method, Class<?> type) {
        if (!is(method)) {
            return ResolvableType.forMethodReturnType(method, type).resolve(method.getReturnType());
        }
        Class<?> result = ResolvableType.forMethodParameter(method, method.getParameterCount() - 1, type)
                .getGeneric(0)
                .resolve(Object.class);
        return result.getName().equals(UNIT) ? void.class : result;
    }
}
