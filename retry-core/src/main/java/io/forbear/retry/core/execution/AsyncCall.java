package io.forbear.retry.core.execution;

import io.forbear.retry.ContextCapture;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.CallEnd;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Decision;
import io.forbear.retry.core.call.FailedAttempts;
import io.forbear.retry.core.call.Failures;
import io.forbear.retry.core.call.Handover;
import io.forbear.retry.core.call.Telling;
import io.forbear.retry.core.call.TimeLimits;
import io.forbear.retry.core.internal.ThreadMark;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
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
final class AsyncCall<T extends @Nullable Object> extends CallersFuture<T> {
    /*
     * State      see AsyncPhase, which also says who writes the fields, and in which order.
     * Invariant  A method that returns true still owns the call; one that returns false does not, and must touch
     *            nothing any more.
     * Progress   Lock-free; no stack growth in attempts.
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
        future.run(current -> future.goOn(current.begin()));
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

    /** Makes attempts until one has to be waited for, or the call has ended. */
    private void drive() {
        boolean again = true;
        while (again) {
            again = attempt();
        }
    }

    /** As in a blocking call, the thread's mark is put back without a call. */
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
            end();
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

    /** Judges an attempt that is over. */
    boolean judge(@Nullable Object result, @Nullable Throwable thrown) {
        CallState current = owned();
        if (pending != null && TimeLimits.attemptTimeoutNanos(current) != Long.MAX_VALUE) {
            AsyncTimeLimits.cancelQuietly(pending::cancel);
        }
        pending = null;
        if (!AsyncPhase.isDriving(this)) { // a cancel or the deadline has come while the attempt was being made
            current.discard(result);
            end();
            return false;
        }
        long verdict;
        if (thrown != null) {
            current.setLastOutcome(Failures.unwrap(thrown));
            verdict = FailedAttempts.threw(current, thrown, false);
        } else {
            var found = current.judge(result);
            if (found == null) {
                succeed(current, result);
                return false;
            }
            current.setLastOutcome(new BadResult(result));
            verdict = FailedAttempts.returned(current, found, result);
        }
        if (Decision.isStop(verdict)) {
            end();
            return false;
        }
        return sleep(verdict) && goOn(ask());
    }

    /** Asks whether the next attempt may begin. */
    private long ask() {
        pending = null;
        CallState current = owned();
        return current.resume(true, current.lastFailure());
    }

    /** Goes on with what {@link CallState#resume} said. */
    private boolean goOn(long verdict) {
        long wait = verdict;
        while (wait > 0) {
            if (!sleep(wait)) {
                return false;
            }
            wait = ask();
        }
        if (Decision.isStop(wait)) {
            end();
        }
        return wait == 0;
    }

    /** Waits on the timer, then on the executor; where there is no delay, on the executor alone. */
    private boolean sleep(long delayNanos) {
        int ticket = AsyncPhase.nextTicket(this, AsyncPhase.WAITING);
        RetryTimer timer = delayNanos > 0 ? new RetryTimer(this, ticket) : null;
        AsyncTimeLimits.watchDeadline(this, owned(), means);
        pending = timer;
        if (!AsyncPhase.letGo(this, ticket)) {
            end();
            return false;
        }
        return (timer == null || AsyncWait.firesInside(this, means, timer, delayNanos))
                && AsyncWait.runsInside(this, means, ticket)
                && AsyncPhase.takeOver(this, ticket);
    }

    private CallState owned() {
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
            breakOff(fault);
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

    /** An attempt's stage is done, on whatever thread did it. Returns whether the call has taken what it brought. */
    boolean attemptEnded(int ticket, @Nullable Object result, @Nullable Throwable failure) {
        if (!AsyncPhase.takeOver(this, ticket)) {
            return false;
        }
        inContext(current -> judge(result, failure));
        return true;
    }

    /** The wait is over, on a thread of the executor. */
    void woken(int ticket) {
        if (AsyncPhase.takeOver(this, ticket)) {
            inContext(current -> goOn(ask()));
        }
    }

    /** The scheduler or the executor has no room for the next attempt. */
    void rejected(int ticket, Throwable rejection) {
        if (!AsyncPhase.takeOver(this, ticket)) {
            return;
        }
        inContext(current -> {
            CallEnd.stop(current, StopReason.REJECTED, current.lastFailure());
            Failures.attachOrLog(current.lastFailure(), "executor or scheduler", rejection);
            end();
            return false;
        });
    }

    @Nullable
    Alarm takePending() {
        Alarm what = pending;
        pending = null;
        return what;
    }

    // ---- how the call ends

    /** A success is recorded only by the thread that has claimed the end, for a cancel may come first. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null
    private void succeed(CallState current, @Nullable Object result) {
        if (!AsyncPhase.claimEnd(this)) {
            current.setLastOutcome(new BadResult(result));
            end();
            return;
        }
        Object answer = result;
        try {
            CallEnd.succeed(current);
            answer = Handover.result(current, result);
        } catch (Throwable fault) {
            CallEnd.breakOff(current);
        }
        forget();
        bring((T) answer);
    }

    /** The call has been stopped by a decision, or a cancel or the deadline has come. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null
    void end() {
        CallState current = owned();
        Object last = current.lastOutcome();
        Object bad = last instanceof BadResult result ? result.value() : null;
        if (!AsyncPhase.claimEnd(this)) {
            endInterrupted(current, bad);
            return;
        }
        Throwable thrown = Handover.failure(current, last instanceof Throwable failure ? failure : null);
        if (thrown == null) {
            thrown = Handover.failureForResult(current, bad);
        } else {
            Handover.discardHeld(current, null);
        }
        Object answer = thrown == null ? Handover.result(current, bad) : null;
        forget();
        if (thrown == null) {
            bring((T) answer);
        } else {
            fail(thrown);
        }
    }

    /** A cancel, or the deadline, has told the caller of the end already. */
    private void endInterrupted(CallState current, @Nullable Object bad) {
        if (AsyncPhase.isExpiring(this)) {
            CallEnd.stop(current, StopReason.DEADLINE_EXCEEDED, current.lastFailure());
        } else {
            CallEnd.abandon(current);
        }
        Handover.discardHeld(current, bad);
        forget();
        AsyncPhase.end(this);
    }

    /**
     * The owner ends the call, so that no caller waits for ever. A failure of the operation that is known goes before
     * the fault.
     */
    private void breakOff(Throwable fault) {
        CallState left = call;
        Throwable known = left == null ? null : left.lastFailure();
        if (left != null) {
            CallEnd.breakOff(left);
        }
        AsyncPhase.end(this);
        forget();
        fail(known == null ? fault : known);
    }

    /** Lets go of everything, for the caller may keep the future. */
    private void forget() {
        AsyncTimeLimits.forgetDeadline(call);
        call = null;
        operation = null;
        pending = null;
    }

    @Override
    boolean endForCaller(boolean mayInterrupt) {
        AsyncPhase.Found found = AsyncPhase.cancel(this);
        if (found == AsyncPhase.Found.ATTEMPT || found == AsyncPhase.Found.WAIT) {
            tidyUp(mayInterrupt);
        }
        return found != AsyncPhase.Found.OVER;
    }

    private void tidyUp(boolean mayInterrupt) {
        Alarm what = takePending();
        CallState current = owned();
        try {
            CallEnd.abandon(current);
        } catch (Throwable fault) {
            CallEnd.breakOff(current);
        }
        Handover.discardHeld(current, null);
        forget();
        AsyncTimeLimits.cancel(what, mayInterrupt);
    }
}
