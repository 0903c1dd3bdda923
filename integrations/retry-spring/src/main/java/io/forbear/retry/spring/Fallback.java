package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The methods that stand in for a method whose call has failed, by the type of exception that they take. */
final class Fallback {

    /** That without an exception is under {@link Throwable}, and is asked last. */
    private final Map<Class<?>, Method> methods;

    private Fallback(Map<Class<?>, Method> methods) {
        this.methods = methods;
    }

    /** Finds the methods of a name that fit a method; {@code null} where there is none, which is a problem. */
    static @Nullable Fallback find(String name, Method method, Class<?> type, Problems problems) {
        String place = Problems.place(type, method);
        Map<Class<?>, Method> found = new HashMap<>();
        List<String> others = new ArrayList<>();
        for (Method candidate :
                MethodIntrospector.selectMethods(type, (ReflectionUtils.MethodFilter) one -> isCandidate(one, name))) {
            Class<?> takes = takes(candidate, method, type);
            if (takes == null) {
                others.add(Problems.signature(name, List.of(candidate.getParameterTypes())));
            } else if (found.putIfAbsent(takes, candidate) != null) {
                problems.add(place, "fallbackMethod", name, "one method for " + takes.getSimpleName());
            }
        }
        if (found.isEmpty()) {
            List<Class<?>> parameters = new ArrayList<>(List.of(method.getParameterTypes()));
            String plain = Problems.signature(name, parameters);
            parameters.add(Exception.class);
            String rule = "a method of this class, " + plain + " or " + Problems.signature(name, parameters)
                    + ", that returns " + method.getReturnType().getSimpleName()
                    + (others.isEmpty() ? "" : "; found were " + others);
            problems.add(place, "fallbackMethod", name, rule);
            return null;
        }
        found.values().forEach(ReflectionUtils::makeAccessible);
        return new Fallback(Map.copyOf(found));
    }

    private static boolean isCandidate(Method method, String name) {
        return method.getName().equals(name) && !method.isBridge();
    }

    /** Returns the type of exception that a candidate takes; {@code null} if it does not stand in for the method. */
    private static @Nullable Class<?> takes(Method candidate, Method method, Class<?> type) {
        Class<?> returned = ResolvableType.forMethodReturnType(method, type).resolve(method.getReturnType());
        Class<?> given = ResolvableType.forMethodReturnType(candidate, type).resolve(candidate.getReturnType());
        boolean returnsIt = returned == void.class ? given == void.class : ClassUtils.isAssignable(returned, given);
        Class<?>[] wanted = candidate.getParameterTypes();
        Class<?>[] there = method.getParameterTypes();
        if (!returnsIt || wanted.length < there.length || wanted.length > there.length + 1) {
            return null;
        }
        for (int i = 0; i < there.length; i++) {
            if (!ClassUtils.isAssignable(wanted[i], there[i])) {
                return null;
            }
        }
        if (wanted.length == there.length) {
            return Throwable.class;
        }
        Class<?> last = wanted[there.length];
        return Throwable.class.isAssignableFrom(last) ? last : null;
    }

    /** Returns the methods that may be called, for the hints of a native image. */
    Iterable<Method> methods() {
        return methods.values();
    }

    /**
     * Calls the method for the nearest type of a failure.
     *
     * @return what it returns
     * @throws Throwable the failure itself where it has no fallback; what the fallback throws, with the failure
     *     suppressed
     */
    @Nullable
    Object call(MethodInvocation invocation, Throwable failure) throws Throwable {
        Method method = isMendable(failure) ? nearest(failure.getClass()) : null;
        if (method == null) {
            throw failure;
        }
        Object[] arguments = invocation.getArguments();
        if (method.getParameterCount() > arguments.length) {
            arguments = Arrays.copyOf(arguments, arguments.length + 1);
            arguments[arguments.length - 1] = failure;
        }
        try {
            return AopUtils.invokeJoinpointUsingReflection(receiver(invocation), method, arguments);
        } catch (Throwable second) {
            if (second != failure) {
                second.addSuppressed(failure);
            }
            throw second;
        }
    }

    private static boolean isMendable(Throwable failure) {
        return !(failure instanceof Error
                || failure instanceof InterruptedException
                || failure instanceof CancellationException);
    }

    private @Nullable Method nearest(Class<?> failure) {
        for (Class<?> type = failure; type != null; type = type.getSuperclass()) {
            Method method = methods.get(type);
            if (method != null) {
                return method;
            }
        }
        return null;
    }

    /** The bean; where there is none behind the proxy, as with clients that are an interface alone, the proxy. */
    private static Object receiver(MethodInvocation invocation) {
        Object bean = invocation.getThis();
        return bean != null ? bean : Objects.requireNonNull(((ProxyMethodInvocation) invocation).getProxy());
    }
}
