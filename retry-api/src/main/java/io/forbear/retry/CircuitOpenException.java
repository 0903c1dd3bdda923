package io.forbear.retry;

import java.time.Duration;
import java.util.Objects;

/**
 * Thrown in place of a first attempt that a circuit breaker did not let through: it is open, waits for a probe, or has
 * just closed and lets the load come back by and by. The operation was not run.
 *
 * <p>It has no stack trace: under an outage it is thrown at the rate of the calls.
 *
 * @since 0.1
 */
public final class CircuitOpenException extends CallRefusedException {

    private static final long serialVersionUID = 1L;

    /** What a breaker says that makes no probes: 292 years. */
    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    /** How long until the next probe is due. */
    private final Duration untilProbe;

    /**
     * Creates the exception.
     *
     * @param service the name of the service whose breaker is open
     * @param untilProbe how long until the next probe is due; zero where it is due or not known, 292 years ({@code
     *     Duration.ofNanos(Long.MAX_VALUE)}) or more where it is not due before the breaker is reset
     */
    public CircuitOpenException(String service, Duration untilProbe) {
        super(service, StopReason.CIRCUIT_OPEN, false);
        this.untilProbe = Objects.requireNonNull(untilProbe, "untilProbe");
    }

    /**
     * Returns how long, as seen when this was thrown, until the breaker lets a probe through.
     *
     * @return zero or more; 292 years ({@code Duration.ofNanos(Long.MAX_VALUE)}) where the breaker is forced open, and
     *     lets no probe through until it is reset
     */
    public Duration untilProbe() {
        return untilProbe;
    }

    @Override
    public String getMessage() {
        if (untilProbe.compareTo(NEVER) >= 0) {
            return service() + ": circuit forced open, no probe until it is reset";
        }
        return untilProbe.isZero()
                ? service() + ": circuit open or just closed, its places are taken"
                : service() + ": circuit open, next probe in " + untilProbe.toMillis() + " ms";
    }
}
