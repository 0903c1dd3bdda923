package io.forbear.retry.benchmarks.contender;

import io.forbear.retry.Backoff;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;

/** Services of this library for benchmarks that do more with them than call. */
public final class Services {

    private Services() {}

    /** Returns a builder of a service that waits for nothing and never runs out: see {@link Forbear}. */
    public static Retries.Builder full() {
        return Forbear.full();
    }

    /** Returns the policy of three attempts with a given backoff. */
    public static RetryPolicy policy(Backoff backoff) {
        return RetryPolicy.builder().maxAttempts(3).backoff(backoff).build();
    }
}
