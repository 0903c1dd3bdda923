package io.forbear.retry.core.call;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/** The part of a call that deals with the breaker: leave for an attempt, and what becomes of it. */
abstract sealed class CallAdmission extends CallSpending permits CallTelling {
    /*
     * Invariant  while an attempt of an enabled call is under way, admission is the breaker's token or a HeldPermit. A permit is settled
     *            once; a token needs no word but of a failure.
     */

    private @Nullable Object admission;

    CallAdmission(Plan plan, @Nullable Client client) {
        super(plan, client);
    }

    /** The first attempt has leave already: what {@link Plan#leanAdmission} returned. */
    final void admitted(Object token) {
        admission = token;
    }

    /** Asks for leave to make an attempt. */
    final boolean admit() {
        admission = plan.admission();
        CircuitBreaker breaker = plan.breaker;
        if (admission != null || breaker == null) {
            return true;
        }
        CircuitBreaker.Permit permit = plan.fedBreaker != null ? plan.fedBreaker.tryAcquireFed() : breaker.tryAcquire();
        if (permit == null) {
            return false;
        }
        HeldPermit held = new HeldPermit(permit);
        admission = held;
        if (permit.isProbe()) {
            set(PROBE);
        } else {
            clear(PROBE);
        }
        held.since(now());
        return true;
    }

    /**
     * A call asks the breaker after its wait at the gate, so that it holds no permit while it waits. If the breaker is open
     * already, it stops before the wait.
     */
    final boolean waitIsPointless() {
        CircuitBreaker breaker = plan.breaker;
        return breaker != null
                && breaker.state().refuses()
                && !breaker.untilProbe().isZero();
    }

    /**
     * The attempt has failed; or shows that the service is well, though the call goes on or has failed.
     *
     * @param local whether the failure arose in this process, and so says nothing about the service
     */
    final void settleFailed(boolean well, boolean local, ErrorCategory category, long nowNanos) {
        Object held = admission;
        FedBreaker fed = plan.fedBreaker;
        if (held instanceof HeldPermit permit) {
            if (local && !well) {
                permit.ignore();
            } else {
                permit.settle(well, category, nowNanos);
            }
        } else if (fed != null && held != null && !well && !local) {
            fed.failed(held, category, nowNanos);
        }
        admission = null;
    }

    /** The attempt has succeeded, or {@code well} is false and it ended without an answer. A token needs no word of either. */
    final void settleLast(boolean well) {
        if (admission instanceof HeldPermit held) {
            if (well) {
                held.success(now());
            } else {
                held.ignore();
            }
            admission = null;
        }
    }

    final boolean wasProbe() {
        return is(PROBE);
    }
}
