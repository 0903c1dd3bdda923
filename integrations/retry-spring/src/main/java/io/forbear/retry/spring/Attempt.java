package io.forbear.retry.spring;

import io.forbear.retry.Operation;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** The attempts of a call of a method: each goes through the rest of the advice and to the method. */
final class Attempt implements Operation<@Nullable Object, Throwable>, Supplier<CompletionStage<@Nullable Object>> {

    private final MethodInvocation invocation;

    Attempt(MethodInvocation invocation) {
        this.invocation = invocation;
    }

    /** An invocation can proceed once; each attempt has a copy, with the arguments of the call. */
    @Override
    public @Nullable Object call() throws Throwable {
        return invocation instanceof ProxyMethodInvocation proxied
                ? proxied.invocableClone().proceed()
                : invocation.proceed();
    }

    @Override
    public CompletionStage<@Nullable Object> get() {
        return this.<RuntimeException>stage();
    }

    /** Lets the exceptions of the method pass as what they are. */
    @SuppressWarnings("unchecked")
    private <X extends Throwable> CompletionStage<@Nullable Object> stage() throws X {
        try {
            return Objects.requireNonNull(
                    (CompletionStage<@Nullable Object>) call(), "method: null (expected: a stage)");
        } catch (Throwable failure) {
            throw (X) failure;
        }
    }
}
