package io.forbear.retry;

import java.util.Objects;

/**
 * Thrown in place of a first attempt that was not made: the operation was not run. One {@code catch} of this type
 * covers every refusal; the subclass says what refused:
 *
 * <ul>
 *   <li>{@link CircuitOpenException}: the circuit breaker was open.
 *   <li>{@link GateRefusedException}: the attempt did not pass the gate of the service in time.
 *   <li>{@link DeadlinePassedException}: the deadline had passed before the call began.
 * </ul>
 *
 * <p>It has no stack trace: under an outage it is thrown at the rate of the calls.
 *
 * @since 0.1
 */
public abstract sealed class CallRefusedException extends RuntimeException
        permits CircuitOpenException, DeadlinePassedException, GateRefusedException {

    private static final long serialVersionUID = 1L;

    /** The name of the service that was not called. */
    private final String service;

    /** Why the attempt was not made. */
    private final StopReason reason;

    CallRefusedException(String service, StopReason reason, boolean suppression) {
        super(null, null, suppression, false);
        this.service = Objects.requireNonNull(service, "service");
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Returns the name of the service that was not called.
     *
     * @return the name that {@link Retry#name()} has
     */
    public final String service() {
        return service;
    }

    /**
     * Returns why the attempt was not made.
     *
     * @return the reason
     */
    public final StopReason reason() {
        return reason;
    }
}
