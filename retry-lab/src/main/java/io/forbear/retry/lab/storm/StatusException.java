package io.forbear.retry.lab.storm;

/** An answer whose status says failure. Carries no stack trace: a storm makes thousands. */
public final class StatusException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * Makes the failure of an attempt that was answered.
     *
     * @param status the status of the answer
     */
    public StatusException(int status) {
        super("HTTP " + status, null, false, false);
        this.status = status;
    }

    /**
     * Returns the status of the answer.
     *
     * @return three digits
     */
    public int status() {
        return status;
    }
}
