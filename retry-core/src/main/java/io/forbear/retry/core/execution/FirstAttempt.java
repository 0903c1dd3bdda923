package io.forbear.retry.core.execution;

import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedResult;
import io.forbear.retry.Operation;
import io.forbear.retry.core.call.BeforeAttempt;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.core.service.Service;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fast paths, side by side: a first attempt that needs neither permit nor {@link CallState}. Where it succeeds, the
 * call has written one striped counter, read no clock, and made no object; where it fails, the state is made and the
 * loops go on with it.
 */
final class FirstAttempt {

    private FirstAttempt() {}

    /** Makes a blocking call. Static, as {@link ServiceRetry#call} says. */
    static <T extends @Nullable Object, X extends Throwable> T call(
            Service service,
            Means means,
            @Nullable String clientId,
            @Nullable Client kept,
            CallOptions options,
            Operation<T, X> operation)
            throws X {
        Plan plan = service.plan();
        Object admission = plan.fastAdmission();
        long deadline = plan.deadlineNanos(options);
        if (admission == null || deadline <= 0) {
            return callWithState(means, plan, clientId, kept, options, operation);
        }
        Client client = plan.client(clientId, kept);
        long limit = plan.attemptLimitNanos(deadline);
        long start = plan.startNanos(limit);
        T result;
        try {
            result = limit == Long.MAX_VALUE
                    ? operation.call()
                    : LimitedAttempt.make(operation, service.clock(), start, limit);
        } catch (Throwable failure) {
            CallState call;
            try {
                call = BeforeAttempt.continued(plan, clientId, client, options, start, deadline, admission);
            } catch (Throwable wantOfMemory) {
                if (failure instanceof FailedResult judged) {
                    return FirstAttempt.<T>asReturned(judged);
                }
                throw failure; // nothing is held yet, and the operation's own failure is what the caller gets
            }
            return BlockingCall.<T, X>handOver(BlockingCall.continueAfter(failure, call, operation, means), call);
        }
        plan.succeededAtOnce(client, options);
        return result;
    }

    /**
     * The long way: a breaker that counts permits, a gate that is engaged, observers, result rules, or no retries at
     * all.
     */
    private static <T extends @Nullable Object, X extends Throwable> T callWithState(
            Means means,
            Plan plan,
            @Nullable String clientId,
            @Nullable Client kept,
            CallOptions options,
            Operation<T, X> operation)
            throws X {
        if (!plan.enabled()) {
            try {
                return operation.call();
            } catch (FailedResult judged) {
                return FirstAttempt.<T>asReturned(judged);
            }
        }
        CallState call = BeforeAttempt.newCall(plan, clientId, plan.client(clientId, kept), options);
        return BlockingCall.<T, X>handOver(BlockingCall.begin(call, operation, means), call);
    }

    /**
     * A result that its operation calls a failure, where that is of no account: retrying is off, or there is no memory
     * to judge it with, so that the caller gets what its operation brought.
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // as the operation declares it
    private static <T extends @Nullable Object> T asReturned(FailedResult judged) {
        return (T) judged.result();
    }

    /**
     * Makes an asynchronous call, its first attempt on this thread. A stage that has succeeded by then is itself the
     * answer.
     */
    static <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Service service,
            Means means,
            @Nullable String clientId,
            @Nullable Client kept,
            CallOptions options,
            Supplier<? extends CompletionStage<T>> operation) {
        Plan plan = service.plan();
        Object admission = plan.fastAdmission();
        long deadline = plan.deadlineNanos(options);
        if (admission == null || deadline <= 0) {
            Client client = plan.enabled() ? plan.client(clientId, kept) : null;
            return AsyncCall.begin(BeforeAttempt.newCall(plan, clientId, client, options), operation, means);
        }
        Client client = plan.client(clientId, kept);
        long limit = plan.attemptLimitNanos(deadline);
        long start = plan.startNanos(limit);
        CompletionStage<T> stage = null;
        Throwable thrown = null;
        try {
            stage = limit == Long.MAX_VALUE
                    ? operation.get()
                    : LimitedAttempt.<CompletionStage<T>, RuntimeException>make(
                            operation::get, service.clock(), start, limit);
        } catch (Throwable failure) {
            thrown = failure;
        }
        if (stage instanceof CompletableFuture<T> future && hasSucceeded(future)) {
            plan.succeededAtOnce(client, options);
            return future;
        }
        CallState call = BeforeAttempt.continued(plan, clientId, client, options, start, deadline, admission);
        return AsyncCall.continueAfter(stage, thrown, call, operation, means);
    }

    /** Only the JDK's own class is asked: one that extends it may do anything, and is handled as any other stage. */
    private static boolean hasSucceeded(CompletableFuture<?> future) {
        return future.getClass() == CompletableFuture.class && future.isDone() && !future.isCompletedExceptionally();
    }
}
