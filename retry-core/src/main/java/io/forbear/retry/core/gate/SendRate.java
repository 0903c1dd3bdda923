package io.forbear.retry.core.gate;

/**
 * How many attempts a second are really made, from a counter that somebody else keeps: measured from half second to half second,
 * four fifths of it new. Times are nanoseconds since the gate was made. Not thread-safe.
 */
final class SendRate {

    static final long BUCKET_NANOS = 500_000_000L;
    static final double SMOOTHING = 0.8;

    /** A look that reaches further back than this says nothing of the rate now: {@value} half seconds. */
    private static final long STALE_BUCKETS = 2;

    private long lastBucket;
    private long lastCount;
    private double rate;
    private boolean unknown;

    /** Takes note of how far the counter has got. */
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

    /**
     * Tells whether a look now says something of the rate of the last second. Where the counter has grown unseen for longer, it
     * begins to measure and says no, until half a second is over.
     */
    boolean isFresh(long nanos, long count) {
        long age = bucket(nanos) - lastBucket;
        if (age > STALE_BUCKETS && count - lastCount > 1) {
            unknown = true;
            rate = 0;
            lastBucket = bucket(nanos);
            lastCount = count;
            return false;
        }
        return !unknown || age > 0;
    }

    private static long bucket(long nanos) {
        return nanos / BUCKET_NANOS;
    }

    /** Returns the rate as of the last look. */
    double perSecond() {
        return rate;
    }
}
