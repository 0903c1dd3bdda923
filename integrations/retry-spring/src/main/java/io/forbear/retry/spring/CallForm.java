package io.forbear.retry.spring;

import io.forbear.retry.Retry;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** How a method is called, which is decided by what it returns. */
@FunctionalInterface
interface CallForm {

    /**
     * Makes the call.
     *
     * @param retry the view with the options of this call
     * @return what the method returns to its caller
     */
    @Nullable
    Object call(Retry retry, MethodInvocation invocation) throws Throwable;

    /** Makes the attempts on the thread of the caller. */
    static CallForm value(@Nullable Fallback fallback) {
        if (fallback == null) {
            return (retry, invocation) -> retry.call(new Attempt(invocation));
        }
        return (retry, invocation) -> {
            try {
                return retry.call(new Attempt(invocation));
            } catch (Throwable failure) {
                return fallback.call(invocation, failure);
            }
        };
    }

    /** Begins an attempt by the method, and ends it with its stage. */
    static CallForm stage(@Nullable Fallback fallback) {
        if (fallback == null) {
            return (retry, invocation) -> retry.callAsync(new Attempt(invocation));
        }
        return (retry, invocation) -> FallbackFuture.of(retry.callAsync(new Attempt(invocation)), fallback, invocation);
    }
}
