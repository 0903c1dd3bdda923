package io.forbear.retry.lab.simulate;

/**
 * Something that is wrong for a while. Faults of one service may overlap.
 *
 * @param kind what is wrong
 * @param fromNanos when it begins
 * @param toNanos when it is over
 * @param value how much: a share, a factor or a rate, as the kind says
 * @param endValue how much at its end: in between it changes evenly; the same as {@code value} if it does not change
 * @param replicas the share of the replicas that it hits, from 0 to 1
 * @param calls the share of the calls that it hits, from 0 to 1: always the same calls, however often they are retried
 */
public record Fault(
        Kind kind, long fromNanos, long toNanos, double value, double endValue, double replicas, double calls) {

    /**
     * A fault that does not change while it lasts.
     *
     * @param kind what is wrong
     * @param fromNanos when it begins
     * @param toNanos when it is over
     * @param value how much
     * @param replicas the share of the replicas that it hits
     * @param calls the share of the calls that it hits
     */
    public Fault(Kind kind, long fromNanos, long toNanos, double value, double replicas, double calls) {
        this(kind, fromNanos, toNanos, value, value, replicas, calls);
    }

    /** Kinds of fault. */
    public enum Kind {
        /** This share of requests is answered with status 503, without any work. */
        ERRORS,
        /** This share of requests is answered with status 500 after the work. */
        FAILURES,
        /** Work takes so many times as long. */
        SLOW,
        /** Only this share of the workers works; requests wait in the queue. */
        CAPACITY,
        /** No connection is accepted. */
        REFUSED,
        /** Requests are accepted and never answered. */
        SILENT,
        /** This share of requests is lost: they reach no worker, and their callers hear nothing. */
        LOST,
        /** More requests per second than this are answered with status 429. */
        RATE_LIMIT,
        /** As {@link #RATE_LIMIT}, and the answer says how long to wait. */
        RATE_LIMIT_WITH_HINT,
        /** Callers make so many times as many calls. */
        DEMAND
    }

    /** Returns how much at an instant while it is on. */
    double valueAt(long nanos) {
        if (value == endValue) {
            return value;
        }
        return value + (endValue - value) * (nanos - fromNanos) / (toNanos - fromNanos);
    }

    boolean isOn(long nanos) {
        return nanos >= fromNanos && nanos < toNanos;
    }
}
