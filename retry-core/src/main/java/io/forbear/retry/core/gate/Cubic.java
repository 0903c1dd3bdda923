package io.forbear.retry.core.gate;

/**
 * The rule by which the rate falls and rises: that of CUBIC, the congestion control of TCP, with rates in place of
 * windows. Times are in seconds, rates per second. Not thread-safe.
 */
final class Cubic {
    /*
     * throttled at time T with rate w:  rate = BETA * w
     * then, at time t:                  rate = SCALE * (t - T - K)^3 + w,   K = cbrt(w * (1 - BETA) / SCALE)
     *
     * K is the time at which the curve is back at w: it begins at BETA * w, is flat at K, and rises fast beyond. w is
     * the rate before the cut, as in AWS's specification (botocore, smithy-java and the Java SDK; the SDKs in Go and
     * Rust take the rate after it).
     *
     * [1] Ha, Rhee, Xu: CUBIC: A New TCP-Friendly High-Speed TCP Variant, 2008; RFC 9438.
     * [2] aws-sdk-java-v2, RateLimiterTokenBucket: BETA 0.7, SCALE 0.4.
     */

    static final double BETA = 0.7;
    static final double SCALE = 0.4;

    private double lastMax;
    private double lastThrottle;
    private double untilLastMax;

    /** Cuts the rate. Returns the rate after the cut. */
    double throttled(double rate, double time) {
        since(rate, time);
        return rate * BETA;
    }

    /** Returns the rate of the curve now. */
    double at(double time) {
        double distance = time - lastThrottle - untilLastMax;
        return SCALE * distance * distance * distance + lastMax;
    }

    /** Begins the curve of a rate that was throttled. */
    void since(double rate, double time) {
        lastMax = rate;
        lastThrottle = time;
        untilLastMax = Math.cbrt(rate * (1 - BETA) / SCALE);
    }

    double lastMax() {
        return lastMax;
    }

    double untilLastMax() {
        return untilLastMax;
    }

    double lastThrottle() {
        return lastThrottle;
    }
}
