package io.forbear.retry.core.execution;

import io.forbear.retry.FailedResult;
import io.forbear.retry.Operation;
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
import io.forbear.retry.core.call.Unsettled;
import io.forbear.retry.core.internal.ThreadMark;
import io.forbear.retry.error.Classification;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Makes the attempts of a call on the thread that asked for it, and waits on it in between. */
final class BlockingCall {
    /*
     * Why it looks like this: a throw that the compiler sees together with its catch is a jump; one that leaves a
     * compiled method is unwound by the machine, which costs as much as all the rest of a call that gives up. So the
     * operation is called where its failure is caught, and a failure goes up as a value, to be thrown by the outermost
     * method alone.
     *
     * Parts of the user are guarded where they are called, so that nothing they throw comes up here. What can come up
     * is the machine's want of stack or memory. Then the call gives back what it holds, and its caller gets what the
     * operation threw, if it did.
     *
     * An operation that judges its own result throws a FailedResult. Nobody outside sees it: where the operation was
     * called, it becomes a result with a classification, and the caller gets the result if the call ends with it.
     *
     * Order of an attempt: mark the thread, tell observers, call the operation, take the mark off, tell observers,
     * judge. Observers are told of the return before the outcome, so that a context that they put on the thread is off
     * again when the outcome is told.
     */

    /** What {@link #begin} returns where the call's {@linkplain CallState#failure() failure} is to be thrown. */
    static final Object FAILED = new Object();

    private BlockingCall() {}

    /** Makes a call, and returns what to hand to its caller or {@link #FAILED}. */
    static @Nullable Object begin(CallState call, Operation<?, ?> operation, Means means) {
        call.setBlocking();
        try {
            long verdict = BeforeAttempt.begin(call);
            boolean goes = verdict == 0 || verdict > 0 && goOn(call, verdict, null, means);
            return goes ? make(call, operation, means) : FAILED;
        } catch (Throwable fault) {
            return broken(call, null, fault);
        }
    }

    /** Goes on with a call whose first attempt has failed. */
    static @Nullable Object continueAfter(Throwable failure, CallState call, Operation<?, ?> operation, Means means) {
        call.setBlocking();
        FailedResult judged = AfterAttempt.failedResult(call, failure);
        if (judged != null) {
            return continueAfterResult(judged, call, operation, means);
        }
        try {
            return goOn(call, AfterAttempt.threw(call, failure, true), failure, means)
                    ? make(call, operation, means)
                    : failed(call, failure);
        } catch (Throwable fault) {
            return broken(call, failure, fault);
        }
    }

    /** Goes on with a call whose first attempt has brought a result that its operation calls a failure. */
    private static @Nullable Object continueAfterResult(
            FailedResult judged, CallState call, Operation<?, ?> operation, Means means) {
        Object result = judged.result();
        try {
            return goOn(call, AfterAttempt.returned(call, judged.classification(), result), null, means)
                    ? make(call, operation, means)
                    : endedWith(call, result);
        } catch (Throwable fault) {
            Unsettled.settle(call);
            return result;
        }
    }

    /** Returns what the caller gets of a call that has ended with a result that is a failure. */
    private static @Nullable Object endedWith(CallState call, @Nullable Object result) {
        Throwable instead = Handover.failureForResult(call, result);
        return instead == null ? result : failed(call, instead);
    }

    /**
     * Makes attempts until the call ends, and returns its result or {@link #FAILED}. What surrounds an attempt, in this
     * order: the alarm of its time limit is set, the thread is marked, observers hear of the start; the operation runs;
     * the mark is put back, the alarm is taken away, observers hear of the return.
     */
    private static @Nullable Object make(CallState call, Operation<?, ?> operation, Means means) {
        for (; ; ) {
            int number = call.attempt();
            boolean timed = TimeLimits.isTimed(call);
            InterruptAlarm alarm =
                    timed && TimeLimits.isInterruptedOnTimeout(call) ? InterruptAlarm.start(call, means) : null;
            @Nullable Object[] mark = null;
            long[] numbers = null;
            long outerAttempt = 0;
            long outerEnd = 0;
            Object outerClock = null;
            Object result = null;
            Throwable thrown = null;
            try {
                if (number > 1 || timed) {
                    mark = ThreadMark.ofThread();
                    numbers = ThreadMark.numbers(mark);
                    outerAttempt = numbers[ThreadMark.ATTEMPT];
                    outerEnd = numbers[ThreadMark.END];
                    outerClock = mark[ThreadMark.CLOCK];
                    numbers[ThreadMark.ATTEMPT] = Math.max(outerAttempt, number);
                    if (timed) {
                        ThreadMark.limit(mark, TimeLimits.attemptEndNanos(call), TimeLimits.clock(call));
                    }
                }
                Telling.attemptStarted(call);
                result = operation.call();
            } catch (Throwable failure) {
                thrown = failure;
            }
            if (numbers != null && mark != null) { // without a call, which the end of a stack would not allow
                numbers[ThreadMark.ATTEMPT] = outerAttempt;
                numbers[ThreadMark.END] = outerEnd;
                mark[ThreadMark.CLOCK] = outerClock;
            }
            FailedResult judged = thrown == null ? null : AfterAttempt.failedResult(call, thrown);
            if (judged != null) {
                result = judged.result();
                thrown = null;
            }
            if (alarm != null && alarm.stop() && thrown != null && mayBeOfInterrupt(thrown)) {
                thrown = timedOut(call, thrown);
            }
            try {
                Telling.attemptReturned(call);
                if (thrown != null) {
                    if (!goOn(call, AfterAttempt.threw(call, thrown, true), thrown, means)) {
                        return failed(call, thrown);
                    }
                    continue;
                }
                Classification found = AfterAttempt.judge(call, result, judged);
                if (found == null) {
                    CallEnd.succeed(call);
                    return result;
                }
                if (!goOn(call, AfterAttempt.returned(call, found, result), null, means)) {
                    return endedWith(call, result);
                }
            } catch (Throwable fault) {
                if (thrown == null) {
                    Unsettled.settle(call);
                    return result;
                }
                return broken(call, thrown, fault);
            }
        }
    }

    /** An error is that of an interrupt only where it says so; any other goes to the caller, and is never retried. */
    private static boolean mayBeOfInterrupt(Throwable thrown) {
        return !(thrown instanceof Error) || Failures.interruptsThisThread(thrown);
    }

    /** Returns what stands for an attempt that the library itself has interrupted. */
    private static Throwable timedOut(CallState call, Throwable thrown) {
        TimeoutException timeout = StageAttempt.timeout(call, "was interrupted when its time was over");
        Failures.attach(timeout, thrown); // not as its cause: the interrupt is the library's own
        return timeout;
    }

    /** The engine was broken off: the operation's own failure, if there is one, goes before the fault. */
    private static Object broken(CallState call, @Nullable Throwable failure, Throwable fault) {
        Unsettled.settle(call);
        return failed(call, failure == null ? fault : failure);
    }

    /** Keeps what is to be thrown, and says that something is. */
    private static Object failed(CallState call, Throwable failure) {
        call.setLastOutcome(failure);
        return FAILED;
    }

    /** Waits for the next attempt, then at the gate; {@code false} where there is none and the call has ended. */
    static boolean goOn(CallState call, long verdict, @Nullable Throwable failure, Means means) {
        long wait = verdict;
        do {
            if (Decision.isStop(wait) || wait > 0 && !sleep(call, wait, failure, means)) {
                return false;
            }
            wait = BeforeAttempt.resume(call, wait > 0, failure);
        } while (wait != 0);
        return true;
    }

    /** A sleeper that throws ends the call; what the operation threw or returned stays what the caller gets. */
    static boolean sleep(CallState call, long nanos, @Nullable Throwable failure, Means means) {
        try {
            means.sleeper().sleep(nanos);
            return true;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            CallEnd.stop(call, StopReason.INTERRUPTED, failure);
        } catch (Throwable fault) {
            CallEnd.stop(call, StopReason.REJECTED, failure);
            Failures.attachOrLog(failure, "sleeper", fault);
        }
        return false;
    }

    /**
     * Hands to the caller what {@link #begin} returned. The operation declares what it threw, though only this knows
     * that it did.
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // null only where the operation returned it, so T is nullable
    static <T extends @Nullable Object, X extends Throwable> T handOver(@Nullable Object end, CallState call) throws X {
        if (end == FAILED) {
            throw (X) call.failure();
        }
        return (T) end;
    }
}
