package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;

/**
 * How far a call follows a server that asks for a wait: the longest wait that is allowed, and what happens beyond it.
 *
 * <p>Immutable: each method that sets something returns a new instance. Written as the argument of {@link
 * RetryPolicy.Builder#pushback}.
 *
 * @since 0.1
 */
public final class PushbackPolicy {

    static final PushbackPolicy DEFAULTS =
            new PushbackPolicy(Duration.ofMinutes(1).toNanos(), PushbackBeyond.GIVE_UP, Long.MAX_VALUE);

    private final long maxNanos;
    private final PushbackBeyond beyond;
    private final long maxOverBackoffNanos;

    private PushbackPolicy(long maxNanos, PushbackBeyond beyond, long maxOverBackoffNanos) {
        this.maxNanos = maxNanos;
        this.beyond = beyond;
        this.maxOverBackoffNanos = maxOverBackoffNanos;
    }

    /**
     * Sets the longest wait that a server may ask for; one minute by default.
     *
     * @param value zero or more
     * @return a new instance
     * @throws IllegalArgumentException if the value is negative
     */
    public PushbackPolicy max(Duration value) {
        return new PushbackPolicy(Checks.nanos(value, "maxPushback"), beyond, maxOverBackoffNanos);
    }

    /**
     * Sets what a call does where a server asks for a longer wait than {@link #max}; {@link PushbackBeyond#GIVE_UP} by
     * default.
     *
     * @param value whether to end the call or to wait for the longest time that is allowed
     * @return a new instance
     */
    public PushbackPolicy beyond(PushbackBeyond value) {
        return new PushbackPolicy(maxNanos, Objects.requireNonNull(value, "pushbackBeyond"), maxOverBackoffNanos);
    }

    /**
     * Sets by how much a pushback may exceed the delay that the backoff drew; by any amount by default. With 5 s, a
     * delay is {@code max(t, min(pushback, t + 5 s))}, the rule of the AWS SDKs. A longer pushback is then always cut,
     * as {@link PushbackBeyond#CUT} does.
     *
     * @param value zero or more
     * @return a new instance
     * @throws IllegalArgumentException if the value is negative
     */
    public PushbackPolicy maxOverBackoff(Duration value) {
        return new PushbackPolicy(maxNanos, beyond, Checks.nanos(value, "maxPushbackOverBackoff"));
    }

    /**
     * Returns the longest wait that a server may ask for.
     *
     * @return nanoseconds
     */
    public long maxNanos() {
        return maxNanos;
    }

    /**
     * Returns what a call does where a server asks for a longer wait.
     *
     * @return {@link PushbackBeyond#GIVE_UP} by default
     */
    public PushbackBeyond beyond() {
        return beyond;
    }

    /**
     * Returns by how much a pushback may exceed the delay that the backoff drew.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} where {@link #maxNanos()} alone bounds it
     */
    public long maxOverBackoffNanos() {
        return maxOverBackoffNanos;
    }

    @Override
    public String toString() {
        return "PushbackPolicy(max " + Duration.ofNanos(maxNanos) + ", beyond " + beyond
                + (maxOverBackoffNanos == Long.MAX_VALUE
                        ? ")"
                        : ", over backoff " + Duration.ofNanos(maxOverBackoffNanos) + ")");
    }
}
