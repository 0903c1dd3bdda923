package io.forbear.retry.core.execution;

import io.forbear.retry.Classification;
import io.forbear.retry.Operation;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.decision.CallState;
import io.forbear.retry.core.decision.Failures;
import io.forbear.retry.core.internal.Nesting;
import org.jspecify.annotations.Nullable;

/** Makes the attempts of a call on the thread that asked for it, and waits on it in between. */
final class BlockingCall {

    /*
     * Why it looks like this: a throw that the compiler sees together with its catch is a jump; one that leaves a compiled method
     * is unwound by the machine, which costs as much as all the rest of a call that gives up. So the operation is called where its
     * failure is caught, and a failure goes up as a value, to be thrown by the outermost method alone.
     */

    /** What {@link #begin} returns where the call's {@linkplain CallState#failure() failure} is to be thrown. */
    static final Object FAILED = new Object();

    private BlockingCall() {}

    /** Makes a call, and returns what to hand to its caller or {@link #FAILED}. */
    static @Nullable Object begin(CallState call, Operation<?, ?> operation, Means means) {
        long start = call.starts();
        return start == 0 || start > 0 && goesOn(call, start, null, means) ? make(call, operation, means) : FAILED;
    }

    private static @Nullable Object make(CallState call, Operation<?, ?> operation, Means means) {
        for (; ; ) {
            int number = call.attempt();
            Nesting nesting = number > 1 ? Nesting.ofThread() : null;
            int outer = nesting == null ? 1 : nesting.enter(number);
            call.attemptStarted();
            Object result;
            try {
                result = operation.call();
            } catch (Throwable failure) {
                returned(call, nesting, outer);
                if (!goesOn(call, call.afterFailure(failure, true), failure, means)) {
                    return failed(call, failure);
                }
                continue;
            }
            returned(call, nesting, outer);
            Classification found = call.classifyResult(result);
            if (found == null) {
                call.succeeded();
                return result;
            }
            if (!goesOn(call, call.afterFailure(found, null), null, means)) {
                return result;
            }
        }
    }

    /** Goes on with a call whose first attempt has failed. */
    static @Nullable Object continueAfter(Throwable failure, CallState call, Operation<?, ?> operation, Means means) {
        return goesOn(call, call.afterFailure(failure, true), failure, means)
                ? make(call, operation, means)
                : failed(call, failure);
    }

    private static void returned(CallState call, @Nullable Nesting nesting, int outer) {
        call.attemptReturned();
        if (nesting != null) {
            nesting.leave(outer);
        }
    }

    private static Object failed(CallState call, Throwable failure) {
        call.outcome(failure);
        return FAILED;
    }

    /** Waits for the next attempt, then at the gate; {@code false} where there is none and the call has ended. */
    private static boolean goesOn(CallState call, long decision, @Nullable Throwable failure, Means means) {
        long wait = decision;
        do {
            if (wait < 0 || wait > 0 && !sleeps(call, wait, failure, means)) {
                return false;
            }
            wait = call.proceed(wait > 0, failure);
        } while (wait != 0);
        return true;
    }

    private static boolean sleeps(CallState call, long nanos, @Nullable Throwable failure, Means means) {
        try {
            means.sleeper().sleep(nanos);
            return true;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            call.stop(StopReason.INTERRUPTED, failure);
        } catch (Throwable fault) {
            call.stop(StopReason.REJECTED, failure);
            if (failure == null) {
                throw BlockingCall.<RuntimeException>asIs(fault);
            }
            if (fault instanceof Error error) {
                Failures.attach(error, failure);
                throw error;
            }
            Failures.attach(failure, fault);
        }
        return false;
    }

    /** Lets whatever a sleeper threw pass, though it declares nothing but an interrupt. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X asIs(Throwable fault) throws X {
        throw (X) fault;
    }

    /** Hands to the caller what {@link #begin} returned. The operation declares what it threw, though only this knows that it did. */
    @SuppressWarnings({"unchecked", "NullAway"}) // null only where the operation returned it, so T is nullable
    static <T extends @Nullable Object, X extends Throwable> T handOver(@Nullable Object end, CallState call) throws X {
        if (end == FAILED) {
            throw (X) call.failure();
        }
        return (T) end;
    }
}
