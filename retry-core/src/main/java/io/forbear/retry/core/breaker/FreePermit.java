package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.error.ErrorCategory;

/** The permit of a breaker that counts nothing. */
enum FreePermit implements CircuitBreaker.Permit {
    INSTANCE;

    @Override
    public boolean isProbe() {
        return false;
    }

    @Override
    public void success(long durationNanos) {}

    @Override
    public void failure(long durationNanos, ErrorCategory category) {}

    @Override
    public void ignore() {}
}
