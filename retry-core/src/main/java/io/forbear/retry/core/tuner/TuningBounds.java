package io.forbear.retry.core.tuner;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;

/**
 * How far a tuner may move the settings of a service. Immutable.
 *
 * @param leastRatio the least ratio of the budget, from 0.01: without any retry nobody learns whether retries help
 * @param mostRatio the greatest ratio of the budget, at most 1
 * @param leastAttempts the least number of attempts, the first one included, from 2
 * @param mostAttempts the greatest number of attempts, at most 20
 * @param mostDelay the longest base delay; the shortest is the one that is configured
 * @since 0.1
 */
public record TuningBounds(
        double leastRatio, double mostRatio, int leastAttempts, int mostAttempts, Duration mostDelay) {

    /** A ratio of 5 % to 30 %, two to five attempts, a base delay of at most 2 s. */
    private static final TuningBounds STANDARD = new TuningBounds(0.05, 0.3, 2, 5, Duration.ofSeconds(2));

    /**
     * Creates bounds.
     *
     * @throws IllegalArgumentException if a value is out of range; the message names it, its value and the rule
     */
    public TuningBounds {
        Checks.check(leastRatio >= 0.01 && leastRatio <= 1, "leastRatio", leastRatio, "from 0.01 to 1.0");
        Checks.check(mostRatio >= leastRatio && mostRatio <= 1, "mostRatio", mostRatio, "from leastRatio to 1.0");
        Checks.check(leastAttempts >= 2 && leastAttempts <= 20, "leastAttempts", leastAttempts, "from 2 to 20");
        Checks.check(
                mostAttempts >= leastAttempts && mostAttempts <= 20, "mostAttempts", mostAttempts, "to 20 at most");
        Objects.requireNonNull(mostDelay, "mostDelay");
        Checks.check(
                mostDelay.toMillis() >= 1 && mostDelay.compareTo(Duration.ofMinutes(1)) <= 0,
                "mostDelay",
                mostDelay,
                "from PT0.001S to PT1M");
    }

    /**
     * Returns the usual bounds: a ratio of 5 % to 30 %, two to five attempts, a base delay of at most 2 s.
     *
     * @return the same instance each time
     */
    public static TuningBounds standard() {
        return STANDARD;
    }

    double ratio(double value) {
        return Math.min(mostRatio, Math.max(leastRatio, value));
    }

    int attempts(int value) {
        return Math.min(mostAttempts, Math.max(leastAttempts, value));
    }
}
