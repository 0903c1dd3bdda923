package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
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
            if (isSame(candidate, method)) {
                continue; // it would be one attempt more, past the policy
            }
            Class<?> takes = takes(candidate, method, type);
            if (takes == null) {
                others.add(described(candidate, method, type));
            } else if (found.putIfAbsent(takes, candidate) != null) {
                problems.add(place, "fallbackMethod", name, "one method for " + takes.getSimpleName());
            }
        }
        if (found.isEmpty()) {
            List<Class<?>> parameters = new ArrayList<>(SuspendFunction.parameters(method));
            String plain = Problems.signature(name, parameters);
            parameters.add(Exception.class);
            String rule = "a method of this class, "
                    + (name.equals(method.getName()) ? "" : plain + " or ")
                    + Problems.signature(name, parameters)
                    + ", that returns " + SuspendFunction.result(method, type).getSimpleName()
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
        List<Class<?>> wanted = SuspendFunction.parameters(candidate);
        List<Class<?>> there = SuspendFunction.parameters(method);
        boolean takesException = takesExceptionFirst(wanted);
        List<Class<?>> rest = takesException ? wanted.subList(1, wanted.size()) : wanted;
        if (rest.size() > there.size() || !accepts(rest, there.subList(0, rest.size()))) {
            return null;
        }
        return takesException ? wanted.get(0) : Throwable.class;
    }

    private static boolean takesExceptionFirst(List<Class<?>> parameters) {
        return !parameters.isEmpty() && Throwable.class.isAssignableFrom(parameters.get(0));
    }

    private static boolean accepts(List<Class<?>> wanted, List<Class<?>> there) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!ClassUtils.isAssignable(wanted.get(i), there.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCandidate(Method method, String name) {
        return method.getName().equals(name) && !method.isBridge();
    }

    /** Returns all that may be the reason why a candidate does not fit. */
    private static String described(Method candidate, Method method, Class<?> type) {
        boolean waits = SuspendFunction.is(candidate) && !SuspendFunction.is(method);
        return (waits ? "suspend " : "") + Problems.signature(candidate) + " that returns "
                + SuspendFunction.result(candidate, type).getSimpleName();
    }

    private static boolean isSame(Method candidate, Method method) {
        return candidate.getName().equals(method.getName())
                && Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes());
    }

    /** Returns the type of exception that a candidate takes; {@code null} if it does not stand in for the method. */
    private static @Nullable Class<?> takes(Method candidate, Method method, Class<?> type) {
        List<Class<?>> wanted = SuspendFunction.parameters(candidate);
        List<Class<?>> there = SuspendFunction.parameters(method);
        int count = there.size();
        boolean fits = wanted.size() >= count && wanted.size() <= count + 1;
        if (!fits || !returnsSame(candidate, method, type) || !accepts(wanted.subList(0, count), there)) {
            return null;
        }
        if (wanted.size() == count) {
            return Throwable.class;
        }
        Class<?> last = wanted.get(count);
        return Throwable.class.isAssignableFrom(last) ? last : null;
    }

    /** Tells whether a candidate returns what the method does. A method that does not suspend cannot wait for one. */
    private static boolean returnsSame(Method candidate, Method method, Class<?> type) {
        if (SuspendFunction.is(candidate) && !SuspendFunction.is(method)) {
            return false;
        }
        Class<?> returned = SuspendFunction.result(method, type);
        Class<?> given = SuspendFunction.result(candidate, type);
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
        if (failure instanceof CancellationException) {
            throw failure;
        }
        try {
            return begin(invocation, failure, null);
        } catch (Throwable second) {
            if (second != failure) {
                second.addSuppressed(failure);
            }
            throw second;
        }
    }

    /**
     * Begins the method for the nearest type of a failure.
     *
     * @param continuation that of the coroutine which waits for the result, and is active, so that a cancellation is a
     *     failure like any other; {@code null} if none waits
     * @return what the method returns
     * @throws Throwable the failure itself where it has no fallback; what the fallback throws
     */
    @Nullable
    Object begin(MethodInvocation invocation, Throwable failure, @Nullable Object continuation) throws Throwable {
        Method method = isMendable(failure) ? nearest(failure.getClass()) : null;
        if (method == null) {
            throw failure;
        }
        @Nullable Object[] arguments = arguments(method, invocation, failure, continuation);
        return AopUtils.invokeJoinpointUsingReflection(receiver(invocation), method, arguments);
    }

    private @Nullable Object[] arguments(
            Method method, MethodInvocation invocation, Throwable failure, @Nullable Object continuation) {
        int given = SuspendFunction.parameters(invocation.getMethod()).size();
        List<Class<?>> wanted = SuspendFunction.parameters(method);
        boolean isFirst = exceptionFirst && takesExceptionFirst(wanted);
        int first = isFirst ? 1 : 0;
        @Nullable Object[] arguments = new Object[method.getParameterCount()];
        System.arraycopy(invocation.getArguments(), 0, arguments, first, Math.min(given, wanted.size() - first));
        if (isFirst) {
            arguments[0] = failure;
        } else if (wanted.size() > given) {
            arguments[given] = failure;
        }
        if (arguments.length > wanted.size()) {
            arguments[wanted.size()] = continuation;
        }
        return arguments;
    }

    private static boolean isMendable(Throwable failure) {
        return !(failure instanceof Error || failure instanceof InterruptedException);
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
