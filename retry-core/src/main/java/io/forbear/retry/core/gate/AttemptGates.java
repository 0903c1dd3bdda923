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
     * Returns a client-side rate limiter that learns the rate which the server bears, as AWS's adaptive mode does. It lets everything
     * pass until the server throttles an attempt ({@link io.forbear.retry.error.ErrorCategory#RATE_LIMIT}); then the rate falls to 0.7 of
     * what was sent, and rises again along a cubic curve: fast back to where it was throttled, slowly around there, fast beyond,
     * and never above twice what is really sent.
     *
     * <p>By default attempts wait in line for at most {@link AdaptiveGateSpec#DEFAULT_MAX_WAIT_SECONDS} s and the rate never falls
     * below {@value AdaptiveGateSpec#DEFAULT_MIN_PER_SECOND} a second.
     *
     * @return a description with the defaults
     */
    public static AdaptiveGateSpec adaptive() {
        return new AdaptiveGateSpec(
                AdaptiveGateSpec.DEFAULT_MIN_PER_SECOND, Duration.ofSeconds(AdaptiveGateSpec.DEFAULT_MAX_WAIT_SECONDS));
    }
}
