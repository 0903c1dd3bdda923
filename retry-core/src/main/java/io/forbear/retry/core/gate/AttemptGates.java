package io.forbear.retry.core.gate;

import java.time.Duration;

/**
 * Makes descriptions of {@linkplain io.forbear.retry.AttemptGate gates}, to be given to {@code Retries.Builder.gate}.
 *
 * @since 0.1
 */
public final class AttemptGates {

    private AttemptGates() {}

    /**
     * Returns a client-side rate limiter that learns which rate the server accepts, as AWS's adaptive mode does.
     *
     * <p>It lets every attempt pass until the server throttles one ({@link
     * io.forbear.retry.error.ErrorCategory#RATE_LIMIT}). Then the rate falls to 0.7 of what was sent, and rises again
     * along a cubic curve: fast until near the throttled rate, slowly around it, fast beyond it, and never above twice
     * the rate of attempts that are really made.
     *
     * <p>By default an attempt waits for at most {@link AdaptiveGateSpec#DEFAULT_MAX_WAIT_SECONDS} s, and the rate
     * never falls below {@value AdaptiveGateSpec#DEFAULT_MIN_PER_SECOND} per second.
     *
     * @return a description with the defaults
     */
    public static AdaptiveGateSpec adaptive() {
        return new AdaptiveGateSpec(
                AdaptiveGateSpec.DEFAULT_MIN_PER_SECOND, Duration.ofSeconds(AdaptiveGateSpec.DEFAULT_MAX_WAIT_SECONDS));
    }
}
