package io.forbear.retry.lab.storm;

import io.forbear.retry.error.Pushback;
import org.jspecify.annotations.Nullable;

/** An answer whose status says failure. Carries no stack trace: a storm makes thousands. */
public final class StatusException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final long retryAfterNanos;

    /**
     * Makes the failure of an attempt that was answered.
     *
     * @param status the status of the answer
     */
    public StatusException(int status) {
        this(status, null);
    }

    /**
     * Makes the failure of an attempt that was answered.
     *
     * @param status the status of the answer
     * @param retryAfter the answer's header {@code Retry-After}; {@code null} where it has none
     */
    public StatusException(int status, @Nullable String retryAfter) {
        super("HTTP " + status, null, false, false);
        this.status = status;
        this.retryAfterNanos = Pushback.retryAfter(retryAfter).delayNanos();
    }

    /**
     * Returns the status of the answer.
     *
     * @return three digits
     */
    public int status() {
        return status;
    }

    /**
     * Returns how long the service asked to wait.
     *
     * @return nanoseconds; negative where it asked for nothing
     */
    public long retryAfterNanos() {
        return retryAfterNanos;
    }
}
