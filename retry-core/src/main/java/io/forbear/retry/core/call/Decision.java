package io.forbear.retry.core.call;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.core.service.Rules;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * The decision. Every retry and every stop of the library comes out of two methods: {@link #afterFailure}, and {@link
 * #beforeAttempt}. Each reads from top to bottom: the first reason that holds is the one reported, and nothing is spent
 * before the last. Blocking, asynchronous, batch and manual calls only carry the verdict out.
 *
 * <p>A verdict is a {@code long}, so that it costs no object: a delay in nanoseconds, or a {@linkplain #stop stop} with
 * its reason as a negative number.
 */
public final class Decision {

    private Decision() {}

    static long stop(StopReason reason) {
        return -1L - reason.ordinal();
    }

    /** Tells whether a verdict ends the call. */
    public static boolean isStop(long verdict) {
        return verdict < 0;
    }

    /** Returns the reason of a {@linkplain #isStop stop}. */
    public static StopReason reason(long verdict) {
        return CallState.REASONS[(int) (-1L - verdict)];
    }

    /**
     * Decides whether a call whose attempt failed is attempted again. Counters, breaker and budget have heard of the
     * failure before.
     *
     * @param cut what cut the attempt short, so that its failure is not classified: {@code FATAL} for an {@link Error},
     *     {@code INTERRUPTED}, or {@code DEADLINE_EXCEEDED} for an attempt that is under way elsewhere; {@code null}
     *     where the failure says it
     * @return how long to wait before the next attempt, or a stop
     */
    static long afterFailure(CallState call, Classification failure, @Nullable StopReason cut, long nowNanos) {
        if (cut != null) {
            return stop(cut); // FATAL, INTERRUPTED, DEADLINE_EXCEEDED
        }
        Work work = SingleWork.or(call);
        StopReason refusal =
                work.refusal(call, failure); // of one operation: as refusal() below; of a batch: what all items say
        if (refusal != null) {
            return stop(refusal); // DISABLED, NOT_RETRYABLE, NOT_REPEATABLE .. PUSHED_BACK
        }
        Plan plan = call.plan;
        long delay = work.delayNanos(call, failure);
        if (call.isTooLong(work.askedNanos(call, failure, delay), nowNanos)) {
            return stop(StopReason.DEADLINE_EXCEEDED);
        }
        if (isOpenFor(call, plan)) {
            return stop(StopReason.CIRCUIT_OPEN);
        }
        if (isOverloaded(plan)) {
            return stop(StopReason.OVERLOADED);
        }
        return Spending.tryWithdraw(call, failure.category(), nowNanos) ? delay : stop(StopReason.BUDGET_EXHAUSTED);
    }

    /** The part of {@link #afterFailure} that concerns one failure alone; a batch asks it for each of its items. */
    static @Nullable StopReason refusal(CallState call, Classification failure) {
        Rules rules = call.plan.rules;
        ErrorCategory category = failure.category();
        if (!rules.enabled || call.plan.service.operators.isPaused()) {
            return StopReason.DISABLED;
        }
        if (!rules.isRetryable(failure)) {
            return StopReason.NOT_RETRYABLE;
        }
        if (!call.options.isRepeatable()) {
            return StopReason.NOT_REPEATABLE;
        }
        if (!failure.isNotExecuted() && !call.options.idempotentOr(rules.idempotent)) {
            return StopReason.NOT_IDEMPOTENT;
        }
        if (call.attempt - SingleWork.or(call).freeAttempts()
                >= rules.maxAttempts(category, call.options.criticality())) {
            return StopReason.ATTEMPTS_EXHAUSTED;
        }
        if (rules.nestedRefused && call.is(CallState.NESTED)) {
            return StopReason.NESTED;
        }
        return failure.isDoNotRetry() || rules.givesUpAt(failure.pushbackNanos()) ? StopReason.PUSHED_BACK : null;
    }

    /**
     * Decides whether an attempt begins: the first of a call, one whose wait is over, and one that waits at the gate.
     * Takes the permit of the circuit breaker where it does.
     *
     * @param broken what broke the wait off: {@code INTERRUPTED}, {@code CANCELLED}, {@code DEADLINE_EXCEEDED} where
     *     its timer found it, {@code REJECTED} where the sleeper, the scheduler or the executor refused; {@code null}
     *     for a wait that is over
     * @param waited whether time has passed since the call was asked last, so that the deadline is to be looked at
     *     again
     * @return zero where the attempt begins, more where to wait at the gate for so long and to ask again, or a stop
     */
    static long beforeAttempt(CallState call, @Nullable StopReason broken, boolean waited) {
        if (broken != null) {
            return stop(broken); // INTERRUPTED, CANCELLED, DEADLINE_EXCEEDED, REJECTED
        }
        if (call.attempt > 0 && call.plan.service.operators.isPaused()) {
            return stop(StopReason.DISABLED); // a retry that was granted before the pause
        }
        if (call.attempt == 0 && call.hasNoTime()) {
            return stop(StopReason.DEADLINE_EXCEEDED);
        }
        GatePass gate = call.gate();
        long wait = gate == null ? 0 : gate.ask();
        if (wait == GatePass.REFUSED) {
            return stop(StopReason.RATE_LIMITED);
        }
        if (call.is(CallState.BOUNDED) && (waited || gate != null) && call.isTooLong(wait, call.now())) {
            return stop(StopReason.DEADLINE_EXCEEDED);
        }
        boolean open = wait > 0 ? Admission.isWaitPointless(call) : !Admission.tryAdmit(call);
        return open ? stop(StopReason.CIRCUIT_OPEN) : wait;
    }

    private static boolean isOpenFor(CallState call, Plan plan) {
        CircuitBreaker breaker = plan.breaker;
        return breaker != null && (call.is(CallState.PROBE) || breaker.state().refuses());
    }

    private static boolean isOverloaded(Plan plan) {
        try {
            return plan.isOverloaded();
        } catch (Throwable fault) {
            Faults.log("overload signal", fault);
            return false;
        }
    }
}
