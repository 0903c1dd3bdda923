package io.forbear.retry.lab.simulate;

import java.util.random.RandomGenerator;

/**
 * How long something takes.
 *
 * @param kind how it varies
 * @param meanNanos on average; of {@link Kind#NORMAL} what would be the average if no value were negative
 * @param variation the standard deviation as a part of the mean; of {@link Kind#MIXED} the part that is exponential
 */
public record Distribution(Kind kind, long meanNanos, double variation) {

    /** How values vary. */
    public enum Kind {
        /** Always the same. */
        FIXED,
        /** The sum of a fixed and an exponential part. */
        MIXED,
        /** Exponential. */
        EXPONENTIAL,
        /** Normal; of a negative value the amount. */
        NORMAL,
        /** The logarithm is normal: most values are near the median, some are many times as long. */
        LOGNORMAL
    }

    /**
     * Something that always takes the same time.
     *
     * @param nanos how long
     * @return the distribution
     */
    public static Distribution fixed(long nanos) {
        return new Distribution(Kind.FIXED, nanos, 0);
    }

    /** Returns whether it takes no time at all. */
    boolean isNothing() {
        return meanNanos == 0;
    }

    /** Draws a value, in nanoseconds. */
    long draw(RandomGenerator random) {
        return (long) (meanNanos * factor(random));
    }

    /** Draws a value, as a multiple of the mean. */
    double factor(RandomGenerator random) {
        return switch (kind) {
            case FIXED -> 1;
            case MIXED -> 1 - variation + variation * exponential(random);
            case EXPONENTIAL -> exponential(random);
            case NORMAL -> Math.abs(1 + variation * random.nextGaussian());
            case LOGNORMAL -> {
                double variance = Math.log1p(variation * variation);
                yield Math.exp(Math.sqrt(variance) * random.nextGaussian() - variance / 2);
            }
        };
    }

    private static double exponential(RandomGenerator random) {
        return -Math.log(1 - random.nextDouble());
    }
}
