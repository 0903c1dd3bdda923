package io.forbear.retry.core.call;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.error.ErrorCategory;

/**
 * The permit of an attempt, and when it was given. Only attempts that a breaker does not let through by its state alone
 * have one. Not thread-safe, as the call that it belongs to, which settles it once.
 */
final class HeldPermit {

    private final CircuitBreaker.Permit permit;
    private long sinceNanos;

    HeldPermit(CircuitBreaker.Permit permit) {
        this.permit = permit;
    }

    /**
     * Sets when the attempt began. Apart from the constructor: a permit is in the hands of the call before a clock is
     * asked.
     */
    void since(long nanos) {
        sinceNanos = nanos;
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
