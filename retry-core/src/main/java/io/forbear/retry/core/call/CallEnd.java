package io.forbear.retry.core.call;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.service.Counters;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How calls end: functions over {@link CallState}. A call ends once; each function but {@link #end} does nothing after
 * that.
 */
public final class CallEnd {

    private CallEnd() {}

    /** The last attempt succeeded, and so has the call; unless its work says that the call has not. */
    public static void succeed(CallState call) {
        if (call.phase == CallState.ENDED) {
            return;
        }
        call.requirePhase(CallState.ATTEMPT);
        boolean enabled = call.plan.enabled();
        GatePass gate = enabled ? call.gate() : null;
        if (gate != null) {
            gate.succeeded(call.attempt);
        }
        GivenUp givenUp = SingleWork.or(call).givenUp();
        if (givenUp != null) {
            if (enabled) {
                Telling.attemptSucceeded(call);
            }
            call.last = givenUp.classification();
            end(call, givenUp.reason(), givenUp.failure(), null);
            return;
        }
        call.phase = CallState.ENDED;
        if (enabled) {
            call.plan.counters.succeeded(call.attempt);
            call.set(CallState.COUNTED);
            Admission.settleLast(call, true);
            Spending.tellSucceeded(call);
            Telling.succeeded(call);
        }
    }

    /**
     * Ends the call before its next attempt: what it waited for, or waited on, has broken off.
     *
     * @param reason {@code INTERRUPTED}, {@code CANCELLED}, {@code DEADLINE_EXCEEDED} or {@code REJECTED}
     * @param failure what the last attempt failed with, {@code null} where the call knows
     */
    public static void stop(CallState call, StopReason reason, @Nullable Throwable failure) {
        if (call.phase != CallState.ENDED) {
            StopReason why = Decision.reason(Decision.beforeAttempt(call, reason, false));
            boolean known = failure != null || why == StopReason.CANCELLED;
            end(call, why, known ? failure : SingleWork.or(call).reportedFailure(null), null);
        }
    }

    /** The caller does not wait for the call any more. */
    public static void abandon(CallState call) {
        stop(call, StopReason.CANCELLED, null);
    }

    static void end(CallState call, StopReason reason, @Nullable Throwable lastFailure, @Nullable Object result) {
        Work work = SingleWork.or(call);
        work.end(call, reason);
        call.phase = CallState.ENDED;
        call.stopReason = (byte) reason.ordinal();
        if (!call.plan.enabled()) {
            return;
        }
        Throwable failure = lastFailure;
        int attempts = call.attempt;
        if (attempts == 0) {
            failure = refusal(call, reason);
            call.lastOutcome = failure;
        }
        leaveGate(call);
        Spending.refund(call);
        boolean mostlySucceeded = work.isMostlySucceeded();
        Counters counters = call.plan.counters;
        if (attempts > 0) {
            call.countFirstFailure(counters);
        }
        counters.stopped(reason, attempts, mostlySucceeded);
        call.set(CallState.COUNTED);
        Admission.settleLast(call, work.isServiceHealthy());
        Spending.tellEnded(call, mostlySucceeded);
        if (failure != null && attempts > 0) {
            work.note(call, failure, reason);
        }
        Telling.stopped(call, reason, failure, result);
    }

    /** Returns what is thrown in place of a first attempt. */
    private static Throwable refusal(CallState call, StopReason reason) {
        CircuitBreaker breaker = call.plan.breaker;
        String service = call.service();
        if (reason == StopReason.CIRCUIT_OPEN) {
            return new CircuitOpenException(service, breaker == null ? Duration.ZERO : breaker.untilProbe());
        }
        return reason == StopReason.DEADLINE_EXCEEDED && call.gate() == null
                ? new DeadlinePassedException(service)
                : new GateRefusedException(service, reason);
    }

    private static void leaveGate(CallState call) {
        GatePass gate = call.gate();
        if (gate != null) {
            gate.leave();
        }
    }

    /**
     * Gives back what the call still holds, and counts it if it was not counted. May be broken off itself, and run
     * again.
     */
    static void settle(CallState call) {
        call.phase = CallState.ENDED;
        if (call.stopReason == CallState.NONE && !call.is(CallState.COUNTED)) {
            call.stopReason = (byte) StopReason.FATAL.ordinal();
        }
        if (!call.plan.enabled()) {
            return;
        }
        if (!call.is(CallState.COUNTED)) {
            call.plan.counters.stopped(CallState.REASONS[call.stopReason], call.attempt, false);
            call.set(CallState.COUNTED);
        }
        leaveGate(call);
        Spending.refund(call);
        Admission.settleLast(call, false);
        Spending.tellEndedIfOwed(call);
    }
}
