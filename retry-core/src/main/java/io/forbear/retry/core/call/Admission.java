package io.forbear.retry.core.call;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.error.ErrorCategory;

/** How a call asks the circuit breaker, and what it tells of its attempts: functions over {@link CallState}. */
final class Admission {

    private Admission() {}

    /** Asks leave for an attempt, and keeps it for the call. */
    static boolean tryAdmit(CallState call) {
        Plan plan = call.plan;
        call.admission = plan.admission();
        CircuitBreaker breaker = plan.breaker;
        if (call.admission != null || breaker == null) {
            return true;
        }
        FedBreaker fed = plan.fedBreaker;
        CircuitBreaker.Permit permit = fed != null ? fed.tryAcquireFed() : breaker.tryAcquire();
        if (permit == null) {
            return false;
        }
        HeldPermit held = new HeldPermit(permit);
        call.admission = held;
        if (permit.isProbe()) {
            call.set(CallState.PROBE);
        } else {
            call.clear(CallState.PROBE);
        }
        held.since(call.now());
        return true;
    }

    /**
     * Tells whether the breaker is open, and no probe is due. A call asks for its permit after its wait at the gate, so
     * that it holds none while it waits; if the breaker is open already, it stops before the wait.
     */
    static boolean isWaitPointless(CallState call) {
        CircuitBreaker breaker = call.plan.breaker;
        return breaker != null
                && breaker.state().refuses()
                && !breaker.untilProbe().isZero();
    }

    /**
     * Settles the permit of an attempt that failed, or that showed the service healthy though the call goes on or has
     * failed.
     *
     * @param local whether the failure arose in this process, and so says nothing about the service
     */
    static void settleFailed(CallState call, boolean healthy, boolean local, ErrorCategory category, long nowNanos) {
        Object held = call.admission;
        FedBreaker fed = call.plan.fedBreaker;
        if (held instanceof HeldPermit permit) {
            if (local && !healthy) {
                permit.ignore();
            } else {
                permit.settle(healthy, category, nowNanos);
            }
        } else if (fed != null && held != null && !healthy && !local) {
            fed.failed(held, category, nowNanos);
        }
        call.admission = null;
    }

    /**
     * Settles the permit of the last attempt: it succeeded, or {@code healthy} is false and it ended without an answer.
     */
    static void settleLast(CallState call, boolean healthy) {
        if (call.admission instanceof HeldPermit held) {
            if (healthy) {
                held.success(call.now());
            } else {
                held.ignore();
            }
            call.admission = null;
        }
    }
}
