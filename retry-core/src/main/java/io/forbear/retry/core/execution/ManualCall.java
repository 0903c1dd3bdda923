package io.forbear.retry.core.execution;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.AfterAttempt;
import io.forbear.retry.core.call.BeforeAttempt;
import io.forbear.retry.core.call.CallEnd;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Decision;
import io.forbear.retry.core.call.Handover;
import io.forbear.retry.core.call.Telling;
import io.forbear.retry.core.call.TimeLimits;
import io.forbear.retry.core.call.Unsettled;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.SharedThreads;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.error.Classification;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A call whose attempts the caller makes: decisions without execution. Not thread-safe, as {@link RetryCall} says. */
final class ManualCall implements RetryCall {

    /*
     * The user has the loop, so nothing here is guarded against a user who leaves it in the middle: the phases of
     * CallState refuse a step that does not follow the last one, and close() abandons a call that has not ended.
     *
     * Wrong use throws before anything is counted: each method asks for its phase first. A step that the engine breaks
     * off, for want of memory or by a clock of the user that throws, ends the call and gives back what it holds:
     * permit, tokens, the place at the gate. So a loop that forgets its call in a finally block leaks nothing. Nothing
     * is thrown then, as in the other shells: the user's loop ends with what its last attempt came to.
     */

    /** A stop; the call knows the reason. */
    private static final long STOPPED = -1;

    private final CallState call;
    private final Means means;

    private ManualCall(CallState call, Means means) {
        this.call = call;
        this.means = means;
    }

    /**
     * Begins a call.
     *
     * @throws CallRefusedException where the first attempt is not to be made; listeners and budgets have been told
     */
    static RetryCall begin(CallState call, Means means) {
        CallContext.capture(call, means.context());
        try {
            if (BeforeAttempt.begin(call) >= 0) {
                return new ManualCall(call, means);
            }
        } catch (Throwable fault) {
            Unsettled.settle(call);
            throw fault;
        }
        throw (RuntimeException) call.failure();
    }

    @Override
    public int attempt() {
        return call.attempt();
    }

    @Override
    public RetryDecision failed(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        call.requireAttempt();
        return asValue(step(() -> AfterAttempt.threw(call, failure, true)));
    }

    @Override
    public RetryDecision failed(Classification classification) {
        requireFailure(classification);
        call.requireAttempt();
        return asValue(step(() -> AfterAttempt.classified(call, null, classification)));
    }

    @Override
    public RetryDecision failed(Throwable failure, Classification classification) {
        Objects.requireNonNull(failure, "failure");
        requireFailure(classification);
        call.requireAttempt();
        return asValue(step(() -> AfterAttempt.classified(call, failure, classification)));
    }

    private static void requireFailure(Classification classification) {
        Objects.requireNonNull(classification, "classification");
        Checks.check(!classification.isSuccess(), "classification", classification, "a failure");
    }

    /** Takes a step that the call allows. Where the engine is broken off, the call ends. */
    private long step(LongSupplier step) {
        try {
            return step.getAsLong();
        } catch (Throwable fault) {
            Unsettled.settle(call);
            Faults.log("step of a call", fault);
            return STOPPED;
        }
    }

    /** Makes an object of a verdict, since a user sees it. */
    private RetryDecision asValue(long verdict) {
        if (!Decision.isStop(verdict)) {
            return new RetryDecision.Again(Duration.ofNanos(verdict));
        }
        StopReason reason = call.stopReason();
        return new RetryDecision.GiveUp(reason == null ? StopReason.FATAL : reason);
    }

    @Override
    public AttemptScope attemptStarted() {
        call.requireAttempt();
        return new Scope(call);
    }

    /** Waits on this thread: for the delay, then at the gate as often as that says so. */
    @Override
    public boolean await(RetryDecision decision) {
        if (!(decision instanceof RetryDecision.Again again)) {
            return false;
        }
        long wait = again.delay().toNanos();
        for (; ; ) {
            if (wait > 0 && !BlockingCall.sleep(call, wait, null, means)) {
                return false;
            }
            wait = ask();
            if (wait <= 0) {
                return wait == 0;
            }
        }
    }

    /** Waits without a thread. The call is the wait's until its future has ended. */
    @Override
    public CompletableFuture<Boolean> awaitAsync(RetryDecision decision) {
        return decision instanceof RetryDecision.Again again
                ? ManualWait.begin(call, means, again.delay().toNanos())
                : CompletableFuture.completedFuture(false);
    }

    /** Asks after a wait: after that of a retry, or again at the gate. */
    private long ask() {
        return call.isGranted() ? resumeGranted() : askGate();
    }

    private long resumeGranted() {
        call.requireGranted();
        return step(() -> BeforeAttempt.resume(call, true, null));
    }

    /** Asks at the gate, where the attempt has not begun already. */
    private long askGate() {
        if (call.isAttempting()) {
            return 0;
        }
        call.requireDue();
        return step(() -> BeforeAttempt.resume(call, true, null));
    }

    @Override
    public Optional<Duration> remaining() {
        long nanos = TimeLimits.remainingNanos(call);
        return nanos == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, nanos)));
    }

    /** Reads of the state only what never changes, for another thread may have the call. */
    @Override
    public Future<?> schedule(Runnable task, Duration delay) {
        Objects.requireNonNull(task, "task");
        long nanos = Checks.nanos(delay, "delay");
        Callable<@Nullable Void> timer = () -> {
            SharedThreads.offTimer(task);
            return null;
        };
        try {
            return means.scheduleLimit(timer, nanos, TimeLimits.clock(call));
        } catch (Throwable rejection) {
            Faults.log("scheduler", rejection);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public boolean resume() {
        return resumeGranted() >= 0;
    }

    @Override
    public RetryDecision atGate() {
        return asValue(askGate());
    }

    /** Reads of the state only what never changes. Never waits, for the thread may be one that must not be blocked. */
    @Override
    public boolean discard(Object result) {
        return Handover.discards(call, Objects.requireNonNull(result, "result"));
    }

    /** Told twice, or after the end, this changes nothing, as an abandoned call may still come to its success. */
    @Override
    public void succeeded() {
        if (!call.hasEnded()) {
            call.requireAttempt();
            step(() -> {
                CallEnd.succeed(call);
                return 0;
            });
        }
    }

    @Override
    public void abandoned() {
        step(() -> {
            CallEnd.abandon(call);
            return 0;
        });
    }

    @Override
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(call.stopReason());
    }

    /** Marks the thread for as long as an attempt runs on it. */
    private static final class Scope implements AttemptScope {

        private final CallState call;
        private final @Nullable Object[] mark = ThreadMark.ofThread();
        private final long outerAttempt;
        private final long outerEnd;
        private final @Nullable Object outerClock;
        private final ContextCapture.@Nullable Scope context;
        private boolean closed;

        private Scope(CallState call) {
            this.call = call;
            context = CallContext.enter(call);
            long[] numbers = ThreadMark.numbers(mark);
            outerAttempt = numbers[ThreadMark.ATTEMPT];
            outerEnd = numbers[ThreadMark.END];
            outerClock = mark[ThreadMark.CLOCK];
            numbers[ThreadMark.ATTEMPT] = Math.max(outerAttempt, call.attempt());
            if (TimeLimits.isTimed(call)) {
                ThreadMark.limit(mark, TimeLimits.attemptEndNanos(call), TimeLimits.clock(call));
            }
            Telling.attemptStarted(call);
        }

        /** Puts the mark of the thread back as it was, once; on the thread that opened the scope. */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            long[] numbers = ThreadMark.numbers(mark);
            numbers[ThreadMark.ATTEMPT] = outerAttempt;
            numbers[ThreadMark.END] = outerEnd;
            mark[ThreadMark.CLOCK] = outerClock;
            Telling.attemptReturned(call);
            CallContext.leave(context);
        }
    }
}
