package io.forbear.retry.lab.simulate;

/**
 * How an attempt failed, as its client sees it.
 *
 * @param kind what happened
 * @param status the HTTP status of an answer; 0 where there was none
 * @param retryAfterNanos what the answer's {@code Retry-After} said, negative where it said nothing
 */
public record Failure(Kind kind, int status, long retryAfterNanos) {

    /** Kinds of failure. */
    public enum Kind {
        /** An answer with an error status. */
        STATUS,
        /** No answer in time. */
        TIMEOUT,
        /** No connection. */
        REFUSED,
        /** Another client wrote first: the same attempt may succeed the next time. */
        CONFLICT
    }

    /** No answer came in time. */
    public static final Failure TIMEOUT = new Failure(Kind.TIMEOUT, 0, -1);

    /** Nothing listened. */
    public static final Failure REFUSED = new Failure(Kind.REFUSED, 0, -1);

    /** Another client wrote first. */
    public static final Failure CONFLICT = new Failure(Kind.CONFLICT, 0, -1);

    /**
     * An answer with an error status.
     *
     * @param status the status
     * @return the failure
     */
    public static Failure ofStatus(int status) {
        return new Failure(Kind.STATUS, status, -1);
    }
}
