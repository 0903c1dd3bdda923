package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.util.Objects;

/**
 * A note on the failure of a call that says why it was not attempted again: a {@linkplain Throwable#getSuppressed()
 * suppressed} exception, for readers of logs.
 *
 * <p>It has no stack trace and is never thrown. A failure carries at most one for each service, and at most {@value
 * #MOST} in all, so that an exception object which is thrown again and again does not grow: a note that is there
 * already is changed to say why the latest call stopped. Thread-safe.
 *
 * <p>When the failure is serialized, the note becomes a plain {@link Exception} with the same text, so that the failure
 * can be read where this library is missing.
 *
 * @since 0.1
 */
public final class RetryStopped extends Exception {

    /** The most notes that one failure carries: {@value}. */
    public static final int MOST = 4;

    private static final long serialVersionUID = 2L;

    /** What the note says now; replaced as a whole. */
    private transient volatile Stop stop;

    /** One stop of one call. */
    private record Stop(String service, StopReason reason, int attempts) {}

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
        this.stop = checked(service, reason, attempts);
    }

    private static Stop checked(String service, StopReason reason, int attempts) {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(reason, "reason");
        return new Stop(service, reason, Checks.atLeast(0, attempts, "attempts"));
    }

    /**
     * Adds a note to a failure, or changes the one that it carries. Never throws: a failure that takes no suppressed
     * exception stays without a note.
     *
     * @param failure what the call ended with
     * @param service the name of the service that was called
     * @param reason why no further attempt was made
     * @param attempts how many attempts were made; zero or more
     */
    public static void note(Throwable failure, String service, StopReason reason, int attempts) {
        try {
            synchronized (failure) { // as its own methods are: threads may throw the same object
                addOrChange(failure, checked(service, reason, attempts));
            }
        } catch (Throwable refused) { // a getter of the failure, or want of memory: the call ends all the same
            return;
        }
    }

    private static void addOrChange(Throwable failure, Stop latest) {
        RetryStopped last = null;
        int count = 0;
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof RetryStopped known) {
                last = known;
                count++;
                if (known.stop.service.equals(latest.service)) {
                    known.stop = latest;
                    return;
                }
            }
        }
        if (last != null && count >= MOST) {
            last.stop = latest;
        } else {
            failure.addSuppressed(new RetryStopped(latest.service, latest.reason, latest.attempts));
        }
    }

    /**
     * Returns the name of the service.
     *
     * @return the name that {@link Retry#name()} has
     */
    public String service() {
        return stop.service;
    }

    /**
     * Returns why no further attempt was made.
     *
     * @return the reason
     */
    public StopReason reason() {
        return stop.reason;
    }

    /**
     * Returns how many attempts were made, the first included.
     *
     * @return zero or more
     */
    public int attempts() {
        return stop.attempts;
    }

    @Override
    public String getMessage() {
        Stop seen = stop;
        return seen.service + ": stopped after " + seen.attempts + (seen.attempts == 1 ? " attempt: " : " attempts: ")
                + seen.reason;
    }

    private Object writeReplace() {
        Exception plain = new Exception(toString());
        plain.setStackTrace(new StackTraceElement[0]);
        return plain;
    }
}
