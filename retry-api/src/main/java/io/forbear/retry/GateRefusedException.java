package io.forbear.retry;

import java.util.Objects;

/**
 * Thrown in place of a first attempt that did not pass the {@link AttemptGate} of its service: the wait would not have ended
 * before the deadline, or the gate lets nobody wait so long. The operation was not run.
 *
 * <p>It has no stack trace: under an outage it is thrown at the rate of the calls.
 *
 * @since 0.1
 */
public final class GateRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The name of the service whose gate it is. */
    private final String service;

    /** Why the attempt was not made. */
    private final StopReason reason;

    /**
     * Creates the exception.
     *
     * @param service the name of the service whose gate it is
     * @param reason {@link StopReason#RATE_LIMITED} where the gate refused, {@link StopReason#DEADLINE_EXCEEDED} where the wait was
     *     too long for the call, {@link StopReason#INTERRUPTED} or another where the wait was broken off
     */
    public GateRefusedException(String service, StopReason reason) {
        super(null, null, true, false);
        this.service = Objects.requireNonNull(service, "service");
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Returns the name of the service whose gate it is.
     *
     * @return the name that {@link Retry#name()} has
     */
    public String service() {
        return service;
    }

    /**
     * Returns why the attempt was not made.
     *
     * @return the reason
     */
    public StopReason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return service + ": first attempt not made: " + reason;
    }
}
