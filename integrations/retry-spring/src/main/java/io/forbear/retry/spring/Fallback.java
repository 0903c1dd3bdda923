package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
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
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The methods that stand in for a method whose call has failed, by the type of exception that they take. */
final class Fallback {

    /** That without an exception is under {@link Throwable}, and is asked last. */
    private final Map<Class<?>, Method> methods;

    /** Whether the exception is the first argument, and not the last. */
    private final boolean exceptionFirst;

    private Fallback(Map<Class<?>, Method> methods, boolean exceptionFirst) {
        this.methods = Map.copyOf(methods);
        this.exceptionFirst = exceptionFirst;
        methods.values().forEach(ReflectionUtils::makeAccessible);
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
        return new Fallback(found, false);
    }

    /**
     * Finds the methods of spring-retry that stand in for a method, its {@code @Recover}; {@code null} for none.
     *
     * @param name the name of such a method, {@code ""} for all that fit
     */
    static @Nullable Fallback recover(String name, Method method, Class<?> type, Problems problems) {
        String place = Problems.place(type, method);
        Map<Class<?>, Method> found = new HashMap<>();
        for (Method candidate : MethodIntrospector.selectMethods(type, (ReflectionUtils.MethodFilter)
                one -> MergedAnnotations.from(one).isPresent("org.springframework.retry.annotation.Recover"))) {
            boolean named = name.isEmpty() || candidate.getName().equals(name);
            Class<?> takes = named && returnsSame(candidate, method, type) ? recovers(candidate, method) : null;
            if (takes != null && found.putIfAbsent(takes, candidate) != null) {
                problems.add(place, "@Recover", candidate.getName(), "one method for " + takes.getSimpleName());
            }
        }
        if (found.isEmpty() && !name.isEmpty()) {
            problems.add(place, "recover", name, "a method with @Recover that fits");
        }
        return found.isEmpty() ? null : new Fallback(found, true);
    }

    /** Returns the type of exception that a recovering method takes; {@code null} if it does not fit. */
    private static @Nullable Class<?> recovers(Method candidate, Method method) {
        Class<?>[] wanted = candidate.getParameterTypes();
        Class<?>[] there = method.getParameterTypes();
        boolean takesException = wanted.length > 0 && Throwable.class.isAssignableFrom(wanted[0]);
        int first = takesException ? 1 : 0;
        if (wanted.length - first > there.length) {
            return null;
        }
        for (int i = first; i < wanted.length; i++) {
            if (!ClassUtils.isAssignable(wanted[i], there[i - first])) {
                return null;
            }
        }
        return takesException ? wanted[0] : Throwable.class;
    }

    private static boolean isCandidate(Method method, String name) {
        return method.getName().equals(name) && !method.isBridge();
    }

    /** Returns the type of exception that a candidate takes; {@code null} if it does not stand in for the method. */
    private static @Nullable Class<?> takes(Method candidate, Method method, Class<?> type) {
        Class<?>[] wanted = candidate.getParameterTypes();
        Class<?>[] there = method.getParameterTypes();
        boolean fits = wanted.length >= there.length && wanted.length <= there.length + 1;
        if (!fits || !returnsSame(candidate, method, type)) {
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

    private static boolean returnsSame(Method candidate, Method method, Class<?> type) {
        Class<?> returned = ResolvableType.forMethodReturnType(method, type).resolve(method.getReturnType());
        Class<?> given = ResolvableType.forMethodReturnType(candidate, type).resolve(candidate.getReturnType());
        return returned == void.class ? given == void.class : ClassUtils.isAssignable(returned, given);
    }

    /** Returns the methods that may be called, for the hints of a native image. */
    Collection<Method> methods() {
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
        @Nullable Object[] arguments = arguments(method, invocation.getArguments(), failure);
        try {
            return AopUtils.invokeJoinpointUsingReflection(receiver(invocation), method, arguments);
        } catch (Throwable second) {
            if (second != failure) {
                second.addSuppressed(failure);
            }
            throw second;
        }
    }

    private @Nullable Object[] arguments(Method method, @Nullable Object[] ofCall, Throwable failure) {
        int wanted = method.getParameterCount();
        @Nullable Object[] arguments = new Object[wanted];
        if (!exceptionFirst) {
            System.arraycopy(ofCall, 0, arguments, 0, ofCall.length);
            if (wanted > ofCall.length) {
                arguments[wanted - 1] = failure;
            }
            return arguments;
        }
        boolean takesException = wanted > 0 && Throwable.class.isAssignableFrom(method.getParameterTypes()[0]);
        int first = takesException ? 1 : 0;
        System.arraycopy(ofCall, 0, arguments, first, wanted - first);
        if (takesException) {
            arguments[0] = failure;
        }
        return arguments;
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
