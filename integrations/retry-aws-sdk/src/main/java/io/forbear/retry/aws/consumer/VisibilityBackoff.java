package io.forbear.retry.aws.consumer;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * The backoff of a queue of SQS: for how long a message is hidden after its receive number n failed. The service hides
 * it again for the time-out of the queue at each receive, so that this is to be applied after each.
 *
 * <p>Whole seconds from 1 to 43200; fractions are cut off. Formulas, with {@code n} the {@code
 * ApproximateReceiveCount}, which is 1 at the first receive:
 *
 * <ul>
 *   <li>exponential: {@code min(initial × multiplier^(n-1), max)}
 *   <li>linear: {@code min(initial + increment × (n-1), max)}
 *   <li>table: the entry of {@code n}; without one the time-out is left as it is
 * </ul>
 *
 * <p>Jitter is drawn after the cut to the maximum: {@link Jitter#full()} from 0 to that, and at least 1 s, {@link
 * Jitter#equal()} from half of it. None by default. Immutable.
 *
 * @since 0.1
 */
public final class VisibilityBackoff {

    /** The longest time-out of the service, and the longest that a message may stay hidden after a receive. */
    public static final Duration LONGEST = Duration.ofHours(12);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Seconds by receive count; below zero where there are none. */
    private final IntToDoubleFunction seconds;

    private final double max;
    private final Jitter jitter;
    private final String name;

    private VisibilityBackoff(IntToDoubleFunction seconds, double max, Jitter jitter, String name) {
        this.seconds = seconds;
        this.max = max;
        this.jitter = jitter;
        this.name = name;
    }

    /**
     * Returns a backoff that grows by a factor.
     *
     * @param initial the time-out after the first receive; at least 1 s
     * @param multiplier the growth; at least 1
     * @param max the longest; from 1 s to 12 h
     * @return a new backoff
     * @throws IllegalArgumentException if a value is out of range
     */
    public static VisibilityBackoff exponential(Duration initial, double multiplier, Duration max) {
        double first = seconds(atLeastShortest(initial, "initial"));
        if (!(multiplier >= 1) || Double.isInfinite(multiplier)) {
            throw new IllegalArgumentException("multiplier: " + multiplier + " (expected: >= 1 and finite)");
        }
        return new VisibilityBackoff(
                n -> first * Math.pow(multiplier, n - 1.0),
                seconds(timeout(max, "max")),
                Jitter.none(),
                "exponential(" + initial + " × " + multiplier + ", max " + max);
    }

    /**
     * Returns a backoff that grows by the same step.
     *
     * @param initial the time-out after the first receive; at least 1 s
     * @param increment the step; zero or more
     * @param max the longest; from 1 s to 12 h
     * @return a new backoff
     * @throws IllegalArgumentException if a value is out of range
     */
    public static VisibilityBackoff linear(Duration initial, Duration increment, Duration max) {
        double first = seconds(atLeastShortest(initial, "initial"));
        if (increment.isNegative()) {
            throw new IllegalArgumentException("increment: " + increment + " (expected: >= PT0S)");
        }
        double step = seconds(increment);
        return new VisibilityBackoff(
                n -> first + step * (n - 1.0),
                seconds(timeout(max, "max")),
                Jitter.none(),
                "linear(" + initial + " + " + increment + ", max " + max);
    }

    /**
     * Returns a backoff of one time-out.
     *
     * @param timeout from 1 s to 12 h
     * @return a new backoff
     * @throws IllegalArgumentException if the value is out of range
     */
    public static VisibilityBackoff fixed(Duration timeout) {
        double value = seconds(timeout(timeout, "timeout"));
        return new VisibilityBackoff(n -> value, value, Jitter.none(), "fixed(" + timeout);
    }

    /**
     * Returns a backoff by a table. After a receive that is not in it the time-out is left as it is.
     *
     * @param byReceiveCount time-outs by receive count, from 1; each from 1 s to 12 h
     * @return a new backoff
     * @throws IllegalArgumentException if a value is out of range
     */
    public static VisibilityBackoff table(Map<Integer, Duration> byReceiveCount) {
        Map<Integer, Double> table = new TreeMap<>();
        byReceiveCount.forEach((count, value) ->
                table.put(atLeastOne(count), seconds(timeout(value, "byReceiveCount[" + count + "]"))));
        return new VisibilityBackoff(
                n -> table.getOrDefault(n, -1.0), seconds(LONGEST), Jitter.none(), "table(" + byReceiveCount);
    }

    /**
     * Returns a backoff that has the ceilings of that of a policy, which is meant for waits of a call: most of them are
     * below 1 s, and so 1 s here. The jitter of the backoff is not taken over.
     *
     * @param backoff the rule; its maximum is cut to 12 h
     * @return a new backoff
     */
    public static VisibilityBackoff of(Backoff backoff) {
        Objects.requireNonNull(backoff, "backoff");
        return new VisibilityBackoff(
                n -> backoff.ceilingNanos(n) / 1e9, seconds(LONGEST), Jitter.none(), "of(" + backoff);
    }

    /**
     * Returns this with a jitter.
     *
     * @param value {@link Jitter#none()}, {@link Jitter#full()} or {@link Jitter#equal()}
     * @return a new backoff
     * @throws IllegalArgumentException for another jitter
     */
    public VisibilityBackoff jitter(Jitter value) {
        if (!value.equals(Jitter.none()) && !value.equals(Jitter.full()) && !value.equals(Jitter.equal())) {
            throw new IllegalArgumentException("jitter: " + value + " (expected: none, full or equal)");
        }
        return new VisibilityBackoff(seconds, max, value, name);
    }

    /**
     * Draws the time-out after a receive that failed.
     *
     * @param receiveCount the {@code ApproximateReceiveCount}; from 1
     * @param random the source of chance
     * @return seconds from 1 to 43200; empty where the time-out is to be left as it is
     * @throws IllegalArgumentException if the count is below 1
     */
    public OptionalInt seconds(int receiveCount, RandomGenerator random) {
        double ceiling = seconds.applyAsDouble(atLeastOne(receiveCount));
        if (ceiling < 0) {
            return OptionalInt.empty();
        }
        int most = Math.max(1, (int) Math.min(ceiling, max));
        if (jitter.equals(Jitter.full())) {
            return OptionalInt.of(Math.max(1, random.nextInt(most + 1)));
        }
        if (jitter.equals(Jitter.equal())) {
            return OptionalInt.of(Math.max(1, random.nextInt((most + 1) / 2, most + 1)));
        }
        return OptionalInt.of(most);
    }

    /**
     * Cuts a time-out to what is left of the 12 hours that a message may stay hidden after its receive. The service
     * does not do so: it refuses a time-out that goes beyond.
     *
     * @param asked the time-out, in seconds
     * @param sinceReceive the time since the message was received
     * @return seconds from 0 to 43200; 0 makes the message visible at once
     */
    public static int cutToLeft(long asked, Duration sinceReceive) {
        long left = LONGEST.minus(sinceReceive).toSeconds();
        return (int) Math.max(0, Math.min(asked, Math.min(left, LONGEST.toSeconds())));
    }

    private static double seconds(Duration value) {
        return value.getSeconds() + value.getNano() / 1e9;
    }

    private static int atLeastOne(int receiveCount) {
        if (receiveCount < 1) {
            throw new IllegalArgumentException("receiveCount: " + receiveCount + " (expected: >= 1)");
        }
        return receiveCount;
    }

    private static Duration atLeastShortest(Duration value, String name) {
        if (value.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= PT1S)");
        }
        return value;
    }

    private static Duration timeout(Duration value, String name) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: PT1S to PT12H)");
        }
        return value;
    }

    @Override
    public String toString() {
        return name + ", jitter " + jitter + ")";
    }
}
