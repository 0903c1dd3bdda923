package io.forbear.retry;

/**
 * Thrown in place of a first attempt where the deadline of the call had passed before the call began. The operation was
 * not run.
 *
 * @since 0.1
 */
public final class DeadlinePassedException extends CallRefusedException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param service the name of the service that was not called
     */
    public DeadlinePassedException(String service) {
        super(service, StopReason.DEADLINE_EXCEEDED, false);
    }

    @Override
    public String getMessage() {
        return service() + ": first attempt not made: the deadline had passed";
    }
}
