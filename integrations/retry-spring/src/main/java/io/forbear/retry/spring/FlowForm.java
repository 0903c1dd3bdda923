package io.forbear.retry.spring;

import io.forbear.retry.Retry;
import io.forbear.retry.kotlin.internal.ReflectiveCalls;
import io.forbear.retry.kotlin.internal.ReflectiveFlowFallback;
import java.util.Objects;
import kotlinx.coroutines.flow.Flow;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method that returns a {@code Flow} of Kotlin once for each attempt of each collection. A class of its own,
 * for {@code retry-kotlin} may be missing.
 */
final class FlowForm implements CallForm {

    private final @Nullable Fallback fallback;

    FlowForm(@Nullable Fallback fallback) {
        this.fallback = fallback;
    }

    @Override
    public Object call(Retry retry, MethodInvocation invocation) {
        Attempt attempt = new Attempt(invocation);
        ReflectiveFlowFallback replacement =
                fallback == null ? null : failure -> flow(fallback.begin(invocation, failure, null));
        return ReflectiveCalls.flowOfReflective(retry, () -> flow(attempt.call()), replacement);
    }

    @SuppressWarnings("unchecked") // a flow is read
    private static Flow<Object> flow(@Nullable Object returned) {
        return (Flow<Object>) Objects.requireNonNull(returned, "method: null (expected: a Flow)");
    }
}
