package io.forbear.retry.spring;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/** What the return type of a method says of how it is called, and whether it can be retried at all. */
final class ReturnType {

    private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

    private static final boolean HAS_REACTIVE_STREAMS = isPresent("org.reactivestreams.Publisher");
    private static final boolean HAS_OPERATOR =
            isPresent("reactor.core.publisher.Mono") && isPresent("io.forbear.retry.reactor.ForbearOperator");

    private static final boolean HAS_COROUTINES =
            isPresent("kotlinx.coroutines.flow.Flow") && isPresent("io.forbear.retry.kotlin.internal.ReflectiveCalls");

    /** Types of Kotlin's coroutines; {@code null} where they are missing. */
    private static final @Nullable Class<?> FLOW = type("kotlinx.coroutines.flow.Flow");

    private static final @Nullable Class<?> JOB = type("kotlinx.coroutines.Job");

    private ReturnType() {}

    /** Returns how a method is called; {@code null} where it cannot be retried, which is a problem. */
    static @Nullable CallForm form(Method method, Class<?> type, @Nullable Fallback fallback, Problems problems) {
        String place = Problems.place(type, method);
        Class<?> returned = SuspendFunction.result(method, type);
        if (SuspendFunction.is(method)) {
            return suspending(returned, fallback, place, problems);
        }
        if (returned == CompletableFuture.class || returned == CompletionStage.class) {
            return CallForm.stage(fallback);
        }
        if (Future.class.isAssignableFrom(returned) || CompletionStage.class.isAssignableFrom(returned)) {
            String rule = "a value, CompletableFuture or CompletionStage; how a " + returned.getSimpleName()
                    + " ends is not seen";
            problems.add(place, "return type", returned.getSimpleName(), rule);
            return null;
        }
        if (returned == void.class && isAsync(method, type)) {
            problems.add(place, "return type", "void with @Async", "CompletableFuture, whose failure is seen");
            return null;
        }
        if (isA(JOB, returned)) {
            String rule = "a suspend function, or a value; how a " + returned.getSimpleName() + " ends is not seen";
            problems.add(place, "return type", returned.getSimpleName(), rule);
            return null;
        }
        if (isA(FLOW, returned)) {
            return flow(returned, fallback, place, problems);
        }
        ReactiveAdapter adapter = HAS_REACTIVE_STREAMS ? Reactive.adapter(returned) : null;
        if (adapter == null) {
            return CallForm.value(fallback);
        }
        if (HAS_OPERATOR) {
            return Reactive.form(adapter, fallback);
        }
        problems.add(place, "return type", returned.getSimpleName(), "retry-reactor among the libraries, or a value");
        return null;
    }

    /** Returns how a {@code suspend} function is called, whose result is no further call itself. */
    private static @Nullable CallForm suspending(
            Class<?> returned, @Nullable Fallback fallback, String place, Problems problems) {
        boolean endsLater = Future.class.isAssignableFrom(returned)
                || CompletionStage.class.isAssignableFrom(returned)
                || isA(FLOW, returned)
                || isA(JOB, returned)
                || HAS_REACTIVE_STREAMS && Reactive.adapter(returned) != null;
        if (endsLater) {
            String rule = "a suspend function that returns a value, or a function that is none; how a "
                    + returned.getSimpleName() + " ends is not seen";
            problems.add(place, "return type", "suspend with " + returned.getSimpleName(), rule);
            return null;
        }
        if (!HAS_COROUTINES) {
            problems.add(
                    place, "return type", "suspend", "retry-kotlin among the libraries, or a function that is none");
            return null;
        }
        return new SuspendForm(fallback);
    }

    private static @Nullable CallForm flow(
            Class<?> returned, @Nullable Fallback fallback, String place, Problems problems) {
        if (returned == FLOW && HAS_COROUTINES) {
            return new FlowForm(fallback);
        }
        String rule = returned == FLOW
                ? "retry-kotlin among the libraries, or a value"
                : "Flow, of which each collection is a call";
        problems.add(place, "return type", returned.getSimpleName(), rule);
        return null;
    }

    private static boolean isA(@Nullable Class<?> wanted, Class<?> type) {
        return wanted != null && wanted.isAssignableFrom(type);
    }

    private static @Nullable Class<?> type(String name) {
        return isPresent(name) ? ClassUtils.resolveClassName(name, ReturnType.class.getClassLoader()) : null;
    }

    /** A class of its own, for Reactive Streams may be missing. */
    private static final class Reactive {

        static @Nullable ReactiveAdapter adapter(Class<?> returned) {
            return ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned);
        }

        static CallForm form(ReactiveAdapter adapter, @Nullable Fallback fallback) {
            return new ReactiveForm(adapter, fallback);
        }
    }

    private static boolean isAsync(Method method, Class<?> type) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)
                || MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC);
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, ReturnType.class.getClassLoader());
    }
}
