package io.forbear.retry.core.sla;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.List;

/**
 * How long a dependency takes to answer.
 *
 * <p>Between the two figures and beyond them a time is a constant plus an exponential part, which fits any p99 up to
 * 6.64 times the median. A longer tail is taken as exponential with the same p99, and as log-normal where that says
 * more time-outs.
 *
 * @param median half of the answers come sooner; above zero
 * @param p99 99 of 100 answers come sooner; at least the median
 * @since 0.1
 */
public record Latency(Duration median, Duration p99) {

    /** The ratio of p99 and median of an exponential distribution: ln 100 / ln 2. */
    static final double MOST_RATIO = 6.64;

    private static final double LN_2 = Math.log(2);
    private static final double LN_100 = Math.log(100);
    private static final double LN_1000 = Math.log(1000);
    /** Of a normal distribution, in standard deviations. */
    private static final double Z_99 = 2.3263478740408408;

    private static final double Z_999 = 3.090232306167813;
    private static final double RANK = 0.99;

    /**
     * Takes the figures from answers that were measured.
     *
     * @param answers how long each took; at least one
     * @return median and p99 by nearest rank: of less than 100 answers the slowest is the p99
     * @throws IllegalArgumentException if there is none, or one is zero or negative
     */
    public static Latency of(List<Duration> answers) {
        Checks.check(!answers.isEmpty(), "answers", answers, "at least one");
        List<Duration> sorted = answers.stream().sorted().toList();
        return new Latency(
                sorted.get((sorted.size() + 1) / 2 - 1), sorted.get((int) Math.ceil(RANK * sorted.size()) - 1));
    }

    /** Creates a latency. */
    public Latency {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE / 16);
        Checks.nanosBetween(Duration.ofNanos(1), longest, median, "median");
        Checks.nanosBetween(median, longest, p99, "p99");
    }

    private double ratio() {
        return (double) p99.toNanos() / median.toNanos();
    }

    private boolean hasLongTail() {
        return ratio() > LN_100 / LN_2;
    }

    /**
     * Returns the exponential part of the mean.
     *
     * @return from 0 to 1
     */
    public double spread() {
        double ratio = ratio();
        return hasLongTail() ? 1 : (ratio - 1) / (LN_100 - 1 + ratio * (1 - LN_2));
    }

    /**
     * Returns the mean.
     *
     * @return nanoseconds
     */
    public double meanNanos() {
        return p99.toNanos() / (1 - spread() + spread() * LN_100);
    }

    /** 999 of 1000 answers come sooner. */
    Duration p999() {
        double exponential = meanNanos() * (1 - spread() + spread() * LN_1000);
        double logNormal = median.toNanos() * Math.pow(ratio(), Z_999 / Z_99);
        return Duration.ofNanos((long) (hasLongTail() ? Math.max(exponential, logNormal) : exponential));
    }

    /**
     * Returns the share of answers that take longer than a time.
     *
     * @param time the time
     * @return from 0 to 1; of a long tail, the larger of the exponential and the log-normal share
     */
    public double slowerThan(Duration time) {
        return Math.max(exponentialSlowerThan(time), hasLongTail() ? logNormalSlowerThan(time) : 0);
    }

    /**
     * Returns the same by the constant and the exponential part alone, as a simulated service has it.
     *
     * @param time the time
     * @return from 0 to 1
     */
    public double exponentialSlowerThan(Duration time) {
        double beyond = time.toNanos() / meanNanos() - (1 - spread());
        return beyond < 0 ? 1 : spread() == 0 ? 0 : Math.exp(-beyond / spread());
    }

    private double logNormalSlowerThan(Duration time) {
        double deviations = Math.log((double) time.toNanos() / median.toNanos()) / Math.log(ratio()) * Z_99;
        return normalAbove(deviations);
    }

    /** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17: to 7.5e-8. */
    private static double normalAbove(double z) {
        if (z < 0) {
            return 1 - normalAbove(-z);
        }
        double t = 1 / (1 + 0.2316419 * z);
        double sum = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
    }

    Latency times(double factor) {
        return new Latency(
                Duration.ofNanos(Math.max(1, (long) (median.toNanos() * factor))),
                Duration.ofNanos(Math.max(1, (long) (p99.toNanos() * factor))));
    }
}
