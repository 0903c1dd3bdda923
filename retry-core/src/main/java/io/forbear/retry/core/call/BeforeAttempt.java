package io.forbear.retry.core.call;

import io.forbear.retry.CallOptions;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.service.Plan;
import org.jspecify.annotations.Nullable;

/**
 * How calls and their attempts begin: functions over {@link CallState}. {@link Decision#beforeAttempt} decides whether
 * an attempt is made; then it begins, waits at the gate, or the call ends.
 *
 * <p>A verdict that is returned here is zero where the attempt is to be made; more where the call waits at the gate for
 * so many nanoseconds and then asks again; or a {@linkplain Decision#isStop stop}, and then {@link CallState#failure()}
 * is what the caller of a call without an attempt is thrown.
 */
public final class BeforeAttempt {

    private BeforeAttempt() {}

    /** Makes the state of a call that has not begun: {@link #begin} comes next. */
    public static CallState newCall(
            Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options) {
        Unsettled.settleLeft();
        long deadlineNanos = plan.deadlineNanos(options);
        CallState call = new CallState(plan, clientId, client, options, plan.startNanos(deadlineNanos), deadlineNanos);
        if (!plan.enabled()) {
            return call;
        }
        plan.begun(options);
        if (plan.listeners.observeEveryCall()) {
            call.extras().observers = plan.listeners.observers(plan.service.name(), clientId, options);
        }
        return call;
    }

    /**
     * Makes the state of a call whose first attempt was admitted without one, and needs it now.
     *
     * @param admission what {@link Plan#fastAdmission} returned
     */
    public static CallState continued(
            Plan plan,
            @Nullable String clientId,
            @Nullable Client client,
            CallOptions options,
            long startNanos,
            long deadlineNanos,
            Object admission) {
        Unsettled.settleLeft();
        CallState call = new CallState(plan, clientId, client, options, startNanos, deadlineNanos);
        call.admission = admission;
        plan.begun(options);
        return call;
    }

    /** Asks leave for the first attempt. */
    public static long begin(CallState call) {
        if (!call.plan.enabled()) {
            return 0;
        }
        call.attempt = 0;
        call.phase = CallState.DUE;
        return resume(call, false, null);
    }

    /**
     * Asks leave for the next attempt, and begins it where there is leave.
     *
     * @param waited whether time may have passed since the call was asked last; where not, the deadline is the one that
     *     the decision looked at
     * @param lastFailure what the call ends with if it ends now
     */
    public static long resume(CallState call, boolean waited, @Nullable Throwable lastFailure) {
        if (call.phase != CallState.DUE) {
            call.requirePhase(CallState.GRANTED);
        }
        Work work = SingleWork.or(call);
        work.attemptBegins();
        long verdict = Decision.beforeAttempt(call, null, waited);
        if (Decision.isStop(verdict)) {
            CallEnd.end(call, Decision.reason(verdict), work.reportedFailure(lastFailure), null);
        } else if (verdict > 0) {
            call.phase = CallState.DUE;
            return GatePass.untilNextLook(verdict);
        } else {
            beginAttempt(call);
        }
        return verdict;
    }

    private static void beginAttempt(CallState call) {
        call.phase = CallState.ATTEMPT;
        call.clear(CallState.UNMADE);
        if (call.lastOutcome == CallState.DISCARDED) {
            call.lastOutcome = null;
        }
        GatePass pass = call.gate();
        if (pass != null) {
            pass.use();
        }
        if (++call.attempt == 1) {
            Spending.tellStarted(call);
        } else {
            Spending.tellSpent(call);
        }
    }
}
