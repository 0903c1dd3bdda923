package io.forbear.retry.spring;

import io.forbear.retry.Retry;
import io.forbear.retry.kotlin.internal.ReactorCalls;
import io.forbear.retry.kotlin.internal.ReflectiveAttempt;
import io.forbear.retry.kotlin.internal.ReflectiveCalls;
import io.forbear.retry.kotlin.internal.ReflectiveFallback;
import java.util.Objects;
import kotlin.coroutines.Continuation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Calls a {@code suspend} function once for each attempt, in the coroutine of the caller, with {@code delay} between
 * them. A class of its own, for {@code retry-kotlin} may be missing.
 *
 * <p>Where {@code kotlinx-coroutines-reactor} is there, Spring carries the function through its advice as a {@code
 * Mono}, which reactive transactions need: an attempt returns one, and so does this. Elsewhere the advice sees the
 * function as it is.
 */
final class SuspendForm implements CallForm {

    /** By the same question as Spring's. */
    private static final boolean IS_CARRIED_BY_REACTOR =
            ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", AopUtils.class.getClassLoader());

    private final @Nullable Fallback fallback;

    SuspendForm(@Nullable Fallback fallback) {
        this.fallback = fallback;
    }

    @Override
    @SuppressWarnings("unchecked") // by Kotlin's compiler: the last argument is that
    public @Nullable Object call(Retry retry, MethodInvocation invocation) {
        @Nullable Object[] arguments = invocation.getArguments();
        Continuation<Object> caller =
                (Continuation<Object>) Objects.requireNonNull(arguments[arguments.length - 1], "continuation");
        ReflectiveAttempt attempt = continuation -> attempt(invocation, continuation);
        ReflectiveFallback replacement =
                fallback == null ? null : (failure, continuation) -> fallback.begin(invocation, failure, continuation);
        return IS_CARRIED_BY_REACTOR
                ? ByReactor.call(retry, attempt, replacement, caller)
                : ReflectiveCalls.awaitReflective(retry, attempt, replacement, caller);
    }

    /** Makes an attempt, which ends with a continuation of its own. */
    private static @Nullable Object attempt(MethodInvocation invocation, Object continuation) throws Throwable {
        @Nullable Object[] arguments = invocation.getArguments().clone();
        arguments[arguments.length - 1] = continuation;
        return ((ProxyMethodInvocation) invocation).invocableClone(arguments).proceed();
    }

    /** A class of its own, for Reactor may be missing. */
    private static final class ByReactor {

        static Object call(
                Retry retry,
                ReflectiveAttempt attempt,
                @Nullable ReflectiveFallback fallback,
                Continuation<Object> caller) {
            return ReactorCalls.monoOfReflective(retry, attempt, fallback, caller);
        }
    }
}
