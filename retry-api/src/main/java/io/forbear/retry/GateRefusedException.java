package io.forbear.retry;

/**
 * Thrown in place of a first attempt that did not pass the {@link AttemptGate} of its service: the wait would not have
 * ended before the deadline, or the gate allows no wait so long. The operation was not run.
 *
 * <p>It has no stack trace: under an outage it is thrown at the rate of the calls.
 *
 * @since 0.1
 */
public final class GateRefusedException extends CallRefusedException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param service the name of the service whose gate it is
     * @param reason {@link StopReason#RATE_LIMITED} where the gate refused, {@link StopReason#DEADLINE_EXCEEDED} where
     *     the wait was too long for the call, {@link StopReason#INTERRUPTED} or another where the wait was broken off
     */
    public GateRefusedException(String service, StopReason reason) {
        super(service, reason, true);
    }

    @Override
    public String getMessage() {
        return service() + ": first attempt not made: " + reason();
    }
}
