package io.forbear.retry.aws;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.retries.api.RetryToken;

/** One call of a client: what the pipeline of the SDK passes from attempt to attempt. */
final class CallToken implements RetryToken {
    /*
     * State      the call, the open scope of its attempt, the wait at the gate, the last failure; under the lock of
     *            this object.
     * Invariant  once ended, the call is never touched again: a refresh that comes late, after the caller has its
     *            answer, costs nothing.
     * Writers    the thread of the caller, then those of the SDK's callbacks; an end that the interceptor sees may meet
     *            a refresh. A wait at the gate is outside of the lock; the call belongs to it for that time, and an end
     *            cancels it.
     */

    private final RetryCall call;
    private boolean ended;
    private @Nullable AttemptScope scope;
    private @Nullable Thread scopeThread;
    private @Nullable Throwable lastFailure;
    private @Nullable CompletableFuture<Boolean> waiting;

    CallToken(RetryCall call) {
        this.call = call;
    }

    /** Tells of a failed attempt; {@code null} where the call has ended before. */
    synchronized @Nullable RetryDecision failed(Throwable failure, Classification classification) {
        if (ended) {
            return null;
        }
        closeScope();
        lastFailure = failure;
        RetryDecision decision = call.failed(failure, classification);
        ended = decision instanceof RetryDecision.GiveUp;
        return decision;
    }

    /**
     * Asks, before the wait of a granted retry, what is to be asked after it: the SDK offers no hook there.
     *
     * @return what to wait at the gate; {@code null} where the call has ended
     */
    synchronized @Nullable RetryDecision resume() {
        if (ended || !call.resume()) {
            ended = true;
            return null;
        }
        return atGate();
    }

    /** Asks the gate; {@code null} where the attempt is not to be made. */
    synchronized @Nullable RetryDecision atGate() {
        RetryDecision gate = call.atGate();
        if (gate instanceof RetryDecision.Again) {
            return gate;
        }
        ended = true;
        return null;
    }

    static boolean isFree(RetryDecision gate) {
        return gate instanceof RetryDecision.Again again && again.delay().isZero();
    }

    /** Waits at the gate on this thread; {@code false} where the call has ended there. */
    boolean await(RetryDecision gate) {
        return isFree(gate) || noted(call.await(gate));
    }

    /** Waits at the gate without a thread. */
    CompletableFuture<Boolean> awaitAsync(RetryDecision gate) {
        if (isFree(gate)) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> wait = call.awaitAsync(gate);
        synchronized (this) {
            waiting = wait;
        }
        return wait.thenApply(this::noted);
    }

    private synchronized boolean noted(boolean goesOn) {
        ended |= !goesOn;
        return goesOn;
    }

    /** Tells of success. Whatever goes wrong in it must not reach the SDK, which would send the request again. */
    synchronized void succeeded() {
        if (!ended) {
            ended = true;
            closeScope();
            call.succeeded();
        }
    }

    /** Ends a call that did not end by success or refusal; what it holds is given back. */
    synchronized void end() {
        closeScope();
        if (!ended) {
            ended = true;
            CompletableFuture<Boolean> wait = waiting;
            if (wait == null || !wait.cancel(true)) {
                call.abandoned();
            }
        }
    }

    /** The attempt is about to be sent. Only in synchronous clients does it run on this thread to its end. */
    synchronized void attemptStarted(boolean onThisThread) {
        closeScope();
        if (ended) {
            return;
        }
        AttemptScope begun = call.attemptStarted();
        if (onThisThread) {
            scope = begun;
            scopeThread = Thread.currentThread();
        } else {
            begun.close();
        }
    }

    synchronized void attemptReturned() {
        closeScope();
    }

    private void closeScope() {
        AttemptScope open = scope;
        if (open != null && Thread.currentThread().equals(scopeThread)) {
            scope = null;
            scopeThread = null;
            open.close();
        }
    }

    int attempt() {
        return call.attempt();
    }

    Optional<Duration> remaining() {
        return call.remaining();
    }

    Optional<StopReason> stopReason() {
        return call.stopReason();
    }

    synchronized @Nullable Throwable lastFailure() {
        return lastFailure;
    }
}
