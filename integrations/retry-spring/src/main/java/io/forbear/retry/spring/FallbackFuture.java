package io.forbear.retry.spring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** The future of a call whose failure has a fallback. Cancelling it cancels the call, and the fallback after it. */
final class FallbackFuture extends CompletableFuture<@Nullable Object> {

    private final CompletableFuture<@Nullable Object> call;

    /** What the fallback returned, to be cancelled with this. */
    private volatile @Nullable CompletableFuture<?> replacement;

    /** This is being cancelled: no one waits for what the fallback would make. */
    private volatile boolean left;

    private FallbackFuture(CompletableFuture<@Nullable Object> call) {
        this.call = call;
    }

    static CompletableFuture<@Nullable Object> of(
            CompletableFuture<@Nullable Object> call, Fallback fallback, MethodInvocation invocation) {
        if (call.isDone() && !call.isCompletedExceptionally()) {
            return call;
        }
        FallbackFuture future = new FallbackFuture(call);
        call.whenComplete((result, failure) -> future.ended(result, failure, fallback, invocation));
        return future;
    }

    private void ended(
            @Nullable Object result, @Nullable Throwable failure, Fallback fallback, MethodInvocation invocation) {
        if (failure == null) {
            complete(result);
            return;
        }
        if (left || isDone()) {
            return;
        }
        try {
            replaceBy((CompletionStage<?>) fallback.call(invocation, failure));
        } catch (Throwable unmended) {
            completeExceptionally(unmended);
        }
    }

    private void replaceBy(@Nullable CompletionStage<?> stage) {
        if (stage == null) {
            throw new NullPointerException("fallback: null (expected: a stage)");
        }
        if (stage instanceof CompletableFuture<?> future) {
            replacement = future;
            if (isCancelled()) {
                future.cancel(true);
            }
        }
        stage.whenComplete((result, failure) -> {
            if (failure == null) {
                complete(result);
            } else {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
                completeExceptionally(cause == null ? failure : cause);
            }
        });
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        left = true;
        if (!call.cancel(mayInterrupt) && !call.isCompletedExceptionally()) {
            return isCancelled(); // its result is on its way to the caller
        }
        boolean cancelled = super.cancel(mayInterrupt);
        CompletableFuture<?> second = replacement;
        if (second != null) {
            second.cancel(mayInterrupt);
        }
        return cancelled;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
