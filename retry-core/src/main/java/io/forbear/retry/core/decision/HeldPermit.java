package io.forbear.retry.core.decision;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ErrorCategory;

/**
 * The permit of an attempt, and when it was given. Only attempts that a breaker does not let through by its state alone have one.
 * Not thread-safe, as the call that it belongs to, which settles it once.
 */
final class HeldPermit {

    private final CircuitBreaker.Permit permit;
    private final long sinceNanos;

    HeldPermit(CircuitBreaker.Permit permit, long sinceNanos) {
        this.permit = permit;
        this.sinceNanos = sinceNanos;
    }

    void settle(boolean well, ErrorCategory category, long nowNanos) {
        if (well) {
            success(nowNanos);
        } else {
            permit.failure(nowNanos - sinceNanos, category);
        }
    }

    void success(long nowNanos) {
        permit.success(nowNanos - sinceNanos);
    }

    void ignore() {
        permit.ignore();
    }
}
