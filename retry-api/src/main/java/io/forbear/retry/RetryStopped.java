package io.forbear.retry;

import java.util.Objects;

/**
 * A note on the failure of a call that says why it was not attempted again: a {@linkplain Throwable#getSuppressed()
 * suppressed} exception, for readers of logs.
 *
 * <p>It has no stack trace and is never thrown. A failure carries at most one of them for each service, so that an
 * exception object which is thrown again and again does not grow.
 *
 * @since 0.1
 */
public final class RetryStopped extends Exception {

    private static final long serialVersionUID = 1L;

    /** The name of the service that was called. */
    private final String service;

    /** Why no further attempt was made. */
    private final StopReason reason;

    /** How many attempts were made. */
    private final int attempts;

    /**
     * Creates a note.
     *
     * @param service the name of the service that was called
     * @param reason why no further attempt was made
     * @param attempts how many attempts were made; zero or more
     * @throws IllegalArgumentException if the number is negative
     */
    public RetryStopped(String service, StopReason reason, int attempts) {
        super(null, null, false, false);
        this.service = Objects.requireNonNull(service, "service");
        this.reason = Objects.requireNonNull(reason, "reason");
        this.attempts = Checks.atLeast(0, attempts, "attempts");
    }

    /**
     * Returns the name of the service.
     *
     * @return the name that {@link Retry#name()} has
     */
    public String service() {
        return service;
    }

    /**
     * Returns why no further attempt was made.
     *
     * @return the reason
     */
    public StopReason reason() {
        return reason;
    }

    /**
     * Returns how many attempts were made, the first included.
     *
     * @return zero or more
     */
    public int attempts() {
        return attempts;
    }

    @Override
    public String getMessage() {
        return service + ": stopped after " + attempts + (attempts == 1 ? " attempt: " : " attempts: ") + reason;
    }
}
