package io.forbear.retry;

import io.forbear.retry.error.Classification;
import io.forbear.retry.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown where a call ended with a result that the policy calls a failure, and the caller cannot have the result: the
 * policy says {@link RetryPolicy.Builder#throwFailedResults}, or the result was {@linkplain
 * RetryPolicy.Builder#onDiscard discarded} before a wait after which no further attempt was made.
 *
 * <p>A result that {@link #result} still holds was not discarded: if it is a response with a connection, the code that
 * catches this exception closes it.
 *
 * @since 0.1
 */
public final class FailedResultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The name of the service that was called. */
    private final String service;

    /** Why no further attempt was made. */
    private final StopReason reason;

    /** How many attempts were made. */
    private final int attempts;

    /** What the result was found to be. */
    private final transient Classification classification;

    /** The last result, {@code null} where it was discarded. */
    private final transient @Nullable Object result;

    /**
     * Creates the exception.
     *
     * @param service the name of the service that was called
     * @param reason why no further attempt was made
     * @param attempts how many attempts were made
     * @param classification what the last result was found to be
     * @param result the last result, {@code null} where it was discarded
     */
    public FailedResultException(
            String service, StopReason reason, int attempts, Classification classification, @Nullable Object result) {
        this.service = Objects.requireNonNull(service, "service");
        this.reason = Objects.requireNonNull(reason, "reason");
        this.attempts = Checks.atLeast(1, attempts, "attempts");
        this.classification = Objects.requireNonNull(classification, "classification");
        this.result = result;
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
     * @return at least 1
     */
    public int attempts() {
        return attempts;
    }

    /**
     * Returns what the last result was found to be.
     *
     * @return the classification; {@code null} only in an exception that was read from a stream
     */
    public Classification classification() {
        return classification;
    }

    /**
     * Returns the last result.
     *
     * @return the result, {@code null} where it was discarded, and in an exception that was read from a stream
     */
    public @Nullable Object result() {
        return result;
    }

    @Override
    public String getMessage() {
        return service + ": failed result after " + attempts + (attempts == 1 ? " attempt: " : " attempts: ") + reason
                + (classification == null ? "" : " (" + classification + ")");
    }
}
