package io.forbear.retry.core.call;

import io.forbear.retry.FailedResultException;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/** One operation: what an attempt brings is what the call brings. Without state, so that all calls share it. */
final class SingleWork implements Work {

    static final SingleWork INSTANCE = new SingleWork();

    private SingleWork() {}

    /** Returns the work of a call: this, unless the call has other work. */
    static Work or(CallState call) {
        CallExtras extras = call.extrasOrNull();
        Work other = extras == null ? null : extras.work;
        return other == null ? INSTANCE : other;
    }

    @Override
    public void attemptBegins() {}

    @Override
    public @Nullable Classification judge(CallState call, @Nullable Object result) {
        return call.plan.enabled() ? call.plan.rules.classifyResult(result) : null;
    }

    @Override
    public void failed(Classification classification, @Nullable Throwable failure, @Nullable StopReason never) {}

    @Override
    public @Nullable Throwable reportedFailure(@Nullable Throwable failure) {
        return failure;
    }

    @Override
    public @Nullable Object reportedResult(@Nullable Object result) {
        return result;
    }

    @Override
    public boolean isServiceHealthy() {
        return false;
    }

    @Override
    public ErrorCategory gateCategory(ErrorCategory category) {
        return category;
    }

    @Override
    public int freeAttempts() {
        return 0;
    }

    @Override
    public @Nullable StopReason refusal(CallState call, Classification failure) {
        return Decision.refusal(call, failure);
    }

    @Override
    public long delayNanos(CallState call, Classification failure) {
        return Delays.draw(call, call.attempt, failure.category(), failure.pushbackNanos());
    }

    @Override
    public long askedNanos(CallState call, Classification failure, long delayNanos) {
        return call.plan.rules.asked(delayNanos, failure.pushbackNanos());
    }

    @Override
    public void end(CallState call, StopReason reason) {}

    @Override
    public @Nullable GivenUp givenUp() {
        return null;
    }

    @Override
    public boolean isMostlySucceeded() {
        return false;
    }

    /** An error of the machine and a call that was given up by its caller carry no note. */
    @Override
    public void note(CallState call, Throwable failure, StopReason reason) {
        if (reason != StopReason.FATAL && reason != StopReason.CANCELLED) {
            RetryStopped.note(failure, call.service(), reason, call.attempt);
        }
    }

    @Override
    public @Nullable Object resultForCaller(CallState call, @Nullable Object result) {
        return result;
    }

    @Override
    public @Nullable Throwable failureForCaller(CallState call, @Nullable Throwable failure) {
        return failure;
    }

    @Override
    public @Nullable Throwable failureForResult(CallState call, @Nullable Object result) {
        boolean gone = call.lastOutcome == CallState.DISCARDED;
        StopReason reason = call.stopReason();
        return reason == null || !gone && !call.plan.rules.failedResultThrown
                ? null
                : new FailedResultException(call.service(), reason, call.attempt(), call.last, gone ? null : result);
    }

    @Override
    public void discardRetried(CallState call) {}

    @Override
    public Discarder discarder(CallState call) {
        return call;
    }

    @Override
    public void discard(CallState call, @Nullable Object result) {
        call.discard(result);
    }

    @Override
    public void discardHeld(CallState call, @Nullable Object result) {
        call.discard(result);
    }
}
