package io.forbear.retry.core.gate;

/**
 * The rate at which attempts are really made, measured from a counter that others increment. Each half second gives a
 * measurement; the rate is four fifths of the newest one and a fifth of the rate before. Times are nanoseconds since
 * the gate was made. Not thread-safe.
 */
final class SendRate {

    static final long BUCKET_NANOS = 500_000_000L;
    static final double SMOOTHING = 0.8;

    /** A measurement over more half seconds than {@value} says nothing about the rate now. */
    private static final long STALE_BUCKETS = 2;

    private long lastBucket;
    private long lastCount;
    private double rate;
    private boolean unknown;

    /** Measures: the growth of the counter since the last look. Changes nothing within the same half second. */
    void look(long nanos, long count) {
        long bucket = bucket(nanos);
        if (bucket <= lastBucket) {
            return;
        }
        double seconds = (bucket - lastBucket) * (BUCKET_NANOS / 1e9);
        double now = Math.max(0, count - lastCount) / seconds;
        rate = unknown ? now : now * SMOOTHING + rate * (1 - SMOOTHING);
        unknown = false;
        lastBucket = bucket;
        lastCount = count;
    }

    /** Starts to measure from now on if the counter has grown unseen for longer than the rate of the last second. */
    void restartIfStale(long nanos, long count) {
        if (bucket(nanos) - lastBucket > STALE_BUCKETS && count - lastCount > 1) {
            unknown = true;
            rate = 0;
            lastBucket = bucket(nanos);
            lastCount = count;
        }
    }

    /** Returns whether a look now measures the last second: after a restart not before the half second is over. */
    boolean isKnown(long nanos) {
        return !unknown || bucket(nanos) - lastBucket > 0;
    }

    private static long bucket(long nanos) {
        return nanos / BUCKET_NANOS;
    }

    /** Returns the rate as of the last look. */
    double perSecond() {
        return rate;
    }
}
