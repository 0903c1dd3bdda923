package io.forbear.retry.core.execution;

import io.forbear.retry.ContextCapture;
import io.forbear.retry.FailedResult;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.AfterAttempt;
import io.forbear.retry.core.call.BeforeAttempt;
import io.forbear.retry.core.call.CallEnd;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Decision;
import io.forbear.retry.core.call.Failures;
import io.forbear.retry.core.call.Handover;
import io.forbear.retry.core.call.Telling;
import io.forbear.retry.core.call.TimeLimits;
import io.forbear.retry.core.internal.SharedThreads;
import io.forbear.retry.core.internal.ThreadMark;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call, and the future that its caller holds.
 *
 * <p>One thread at a time owns the call and drives it: makes an attempt, lets go of it while its stage runs, judges,
 * lets go while it waits. {@link AsyncPhase} is the word that says who owns it. A step that happens at once happens in
 * a loop, never by recursion.
 *
 * <p>The call ends at its deadline whatever becomes of its stage, its executor or its scheduler: a timer of its own
 * takes the call from wherever it is.
 */
final class AsyncCall<T extends @Nullable Object> extends CallersFuture<T> implements AsyncEvents {
    /*
     * State      see AsyncPhase, which also says who writes the fields, and in which order.
     * Invariant  A method that returns true still owns the call; one that returns false does not, and must touch
     *            nothing any more.
     * Progress   Lock-free; no stack growth in attempts.
     * Results    A result that belongs to nobody any more, for a cancel or the deadline came first, is discarded by the
     *            thread that finds it so. A FailedResult that a stage brings is a result with a classification, as in
     *            BlockingCall.
     */

    final Means means;

    /** The state; a thread that does not own the call reads only what never changes of it. */
    @Nullable
    CallState call;

    private @Nullable Supplier<? extends CompletionStage<T>> operation;

    /** Of {@link AsyncPhase} alone. */
    volatile int phase = AsyncPhase.DRIVING;

    /** What a cancel reaches: the alarm of the attempt or of the wait; none where it waits on the executor alone. */
    private @Nullable Alarm pending;

    private AsyncCall(CallState call, Supplier<? extends CompletionStage<T>> operation, Means means) {
        this.call = call;
        this.operation = operation;
        this.means = means;
        CallContext.capture(call, means.context());
    }

    /** Makes a call that has not begun. What its caller gets is the call's {@linkplain Handover#result result}. */
    static <T extends @Nullable Object> AsyncCall<T> begin(
            CallState call, Supplier<? extends CompletionStage<T>> operation, Means means) {
        AsyncCall<T> future = new AsyncCall<>(call, operation, means);
        future.run(current -> future.goOn(BeforeAttempt.begin(current)));
        return future;
    }

    /** Goes on with a call whose first attempt has been made, and has not succeeded at once. */
    static <T extends @Nullable Object> AsyncCall<T> continueAfter(
            @Nullable CompletionStage<T> stage,
            @Nullable Throwable thrown,
            CallState call,
            Supplier<? extends CompletionStage<T>> operation,
            Means means) {
        AsyncCall<T> future = new AsyncCall<>(call, operation, means);
        future.run(current -> future.awaitStage(stage, thrown));
        return future;
    }

    // ---- the owner's loop

    /** Makes attempts until one has to be waited for, or the call has ended. The only loop over attempts. */
    private void drive() {
        boolean again = true;
        while (again) {
            again = attempt();
        }
    }

    /**
     * Makes an attempt on this thread, as far as its stage. The thread is marked meanwhile, so that a nested retry
     * knows of this one and the operation of its time; as in a blocking call, the mark is put back without a call.
     */
    private boolean attempt() {
        CallState current = owned();
        int number = current.attempt();
        boolean timed = TimeLimits.isTimed(current);
        CompletionStage<T> stage = null;
        Throwable thrown = null;
        @Nullable Object[] mark = null;
        long[] numbers = null;
        long outerAttempt = 0;
        long outerEnd = 0;
        Object outerClock = null;
        try {
            if (number > 1 || timed) {
                mark = ThreadMark.ofThread();
                numbers = ThreadMark.numbers(mark);
                outerAttempt = numbers[ThreadMark.ATTEMPT];
                outerEnd = numbers[ThreadMark.END];
                outerClock = mark[ThreadMark.CLOCK];
                numbers[ThreadMark.ATTEMPT] = Math.max(outerAttempt, number);
                if (timed) {
                    ThreadMark.limit(mark, TimeLimits.attemptEndNanos(current), TimeLimits.clock(current));
                }
            }
            Telling.attemptStarted(current);
            stage = Objects.requireNonNull(operation).get();
        } catch (Throwable failure) {
            thrown = failure;
        } finally {
            if (numbers != null && mark != null) {
                numbers[ThreadMark.ATTEMPT] = outerAttempt;
                numbers[ThreadMark.END] = outerEnd;
                mark[ThreadMark.CLOCK] = outerClock;
            }
        }
        Telling.attemptReturned(current);
        return awaitStage(stage, thrown);
    }

    /**
     * Lets go of the call and listens to the stage. The order matters: the phase changes before the stage is asked, so
     * that a stage that is done at once, on this thread or another, finds a ticket that is good. If the stage tells of
     * its end inside {@code handle}, it only leaves a note, and this thread takes the call back and goes on with its
     * loop.
     */
    private boolean awaitStage(@Nullable CompletionStage<T> stage, @Nullable Throwable thrown) {
        if (stage == null) {
            if (thrown != null && Failures.interruptsThisThread(thrown)) {
                Thread.currentThread().interrupt();
            }
            return judge(null, thrown == null ? new NullPointerException("stage: null (expected: a stage)") : thrown);
        }
        CallState current = owned();
        int ticket = AsyncPhase.nextTicket(this, AsyncPhase.ATTEMPTING);
        StageAttempt<T> attempt = new StageAttempt<>(this, current, stage, ticket);
        AsyncTimeLimits.watchDeadline(this, current, means);
        pending = attempt;
        if (!AsyncPhase.letGo(this, ticket)) {
            attempt.abandon();
            AsyncEnd.end(this);
            return false;
        }
        Throwable refusal = attempt.listen();
        if (attempt.isOverAtOnce()) {
            if (AsyncPhase.takeOver(this, ticket)) {
                return judge(attempt.result(), attempt.failure());
            }
            attempt.discard();
            return false;
        }
        if (refusal == null && AsyncTimeLimits.limitAttempt(current, attempt, means)) {
            refusal = StageAttempt.timeout(current, AsyncTimeLimits.TOOK_TOO_LONG);
        }
        if (refusal == null || !AsyncPhase.takeOver(this, ticket)) {
            return false;
        }
        attempt.cancel(true);
        return judge(null, refusal);
    }

    /**
     * Judges an attempt that is over: records its outcome for the caller, and asks what follows. Returns true where the
     * next attempt is to be made now.
     */
    boolean judge(@Nullable Object result, @Nullable Throwable thrown) {
        CallState current = owned();
        if (pending != null && TimeLimits.attemptTimeoutNanos(current) != Long.MAX_VALUE) {
            Alarm.cancelQuietly(pending::cancel);
        }
        pending = null;
        FailedResult judged = thrown == null ? null : AfterAttempt.failedResult(current, thrown);
        Object brought = judged == null ? result : judged.result();
        if (!AsyncPhase.isDriving(this)) { // a cancel or the deadline has come while the attempt was being made
            Handover.discard(current, brought);
            AsyncEnd.end(this);
            return false;
        }
        long verdict;
        if (thrown != null && judged == null) {
            current.setLastOutcome(Failures.unwrap(thrown));
            verdict = AfterAttempt.threw(current, thrown, false);
        } else {
            var found = AfterAttempt.judge(current, brought, judged);
            if (found == null) {
                AsyncEnd.succeed(this, current, brought);
                return false;
            }
            current.setLastOutcome(new BadResult(brought));
            verdict = AfterAttempt.returned(current, found, brought);
        }
        if (Decision.isStop(verdict)) {
            AsyncEnd.end(this);
            return false;
        }
        return sleep(verdict) && goOn(ask());
    }

    /** Asks whether the next attempt may begin. */
    private long ask() {
        pending = null;
        CallState current = owned();
        return BeforeAttempt.resume(current, true, current.lastFailure());
    }

    /** Goes on with what {@link BeforeAttempt#resume} said. */
    private boolean goOn(long verdict) {
        long wait = verdict;
        while (wait > 0) {
            if (!sleep(wait)) {
                return false;
            }
            wait = ask();
        }
        if (Decision.isStop(wait)) {
            AsyncEnd.end(this);
        }
        return wait == 0;
    }

    /**
     * Waits on the timer, then on the executor; where there is no delay, on the executor alone. Returns true where both
     * ran inside the calls that handed the wait over, and this thread still has, or has again, the call.
     */
    private boolean sleep(long delayNanos) {
        int ticket = AsyncPhase.nextTicket(this, AsyncPhase.WAITING);
        RetryTimer timer = delayNanos > 0 ? new RetryTimer(this, ticket) : null;
        AsyncTimeLimits.watchDeadline(this, owned(), means);
        pending = timer;
        if (!AsyncPhase.letGo(this, ticket)) {
            AsyncEnd.end(this);
            return false;
        }
        return (timer == null || AsyncWait.firesInside(this, means, timer, delayNanos))
                && AsyncWait.runsInside(this, means, ticket)
                && AsyncPhase.takeOver(this, ticket);
    }

    CallState owned() {
        return Objects.requireNonNull(call);
    }

    // ---- what takes the call over, on other threads

    /** A step of the owner. Returns whether to drive on. */
    interface Step {
        boolean take(CallState current);
    }

    /** Takes a step as the owner. Whatever throws, such as the machine for want of memory, ends the call. */
    private void run(Step step) {
        try {
            if (step.take(owned())) {
                drive();
            }
        } catch (Throwable fault) {
            AsyncEnd.breakOff(this, fault);
        }
    }

    /** Takes a step in the context of the call, on a thread that has taken the call over. */
    void inContext(Step step) {
        ContextCapture.Scope scope = CallContext.enter(call);
        try {
            run(step);
        } finally {
            CallContext.leave(scope);
        }
    }

    /** Takes the last step in the context of the call, on a thread that has taken the call over. */
    void endInContext(Consumer<CallState> end) {
        inContext(current -> {
            end.accept(current);
            return false;
        });
    }

    @Override
    public boolean attemptEnded(int ticket, @Nullable Object result, @Nullable Throwable failure) {
        if (!AsyncPhase.takeOver(this, ticket)) {
            return false;
        }
        inContext(current -> judge(result, failure));
        return true;
    }

    @Override
    public void woken(int ticket) {
        if (AsyncPhase.takeOver(this, ticket)) {
            inContext(current -> goOn(ask()));
        }
    }

    /** The scheduler or the executor has no room for the next attempt. */
    void rejected(int ticket, Throwable rejection) {
        if (!AsyncPhase.takeOver(this, ticket)) {
            return;
        }
        endInContext(current -> {
            CallEnd.stop(current, StopReason.REJECTED, current.lastFailure());
            Failures.attachOrLog(current.lastFailure(), "executor or scheduler", rejection);
            AsyncEnd.end(this);
        });
    }

    @Override
    public void timerFired(int ticket) {
        AsyncWait.timerFired(this, ticket);
    }

    @Override
    public void attemptLimitReached(int ticket) {
        SharedThreads.offTimer(() -> AsyncTimeLimits.endAttempt(this, ticket));
    }

    @Override
    public void deadlineReached() {
        SharedThreads.offTimer(() -> AsyncTimeLimits.expire(this));
    }

    @Nullable
    Alarm takePending() {
        Alarm what = pending;
        pending = null;
        return what;
    }

    // ---- how the call ends

    /** Lets go of everything that the call needed, for the caller may keep the future for long. */
    void forget() {
        AsyncTimeLimits.forgetDeadline(call);
        call = null;
        operation = null;
        pending = null;
    }

    /** The caller has cancelled, or completed the future itself. */
    @Override
    boolean endForCaller(boolean mayInterrupt) {
        AsyncPhase.Found found = AsyncPhase.cancel(this);
        if (found == AsyncPhase.Found.ATTEMPT || found == AsyncPhase.Found.WAIT) {
            AsyncEnd.cancelled(this, mayInterrupt);
        }
        return found != AsyncPhase.Found.OVER;
    }
}
