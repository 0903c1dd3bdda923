package io.forbear.retry.core.sla;

import io.forbear.retry.Criticality;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What is promised, and what the dependency does.
 *
 * <pre>{@code
 * SlaTarget target = SlaTarget.of("orders", 0.9995, Duration.ofSeconds(2))
 *         .latency(Duration.ofMillis(40), Duration.ofMillis(300))
 *         .errorRate(0.01)
 *         .callsPerSecond(50);
 * SlaPolicy plan = SlaPolicy.of(target);
 * }</pre>
 *
 * @param service the name of the dependency: letters, digits, dots, hyphens and underscores
 * @param availability the share of calls that shall succeed within the deadline, more than 0 and less than 1
 * @param deadline how long a call may take, waits and all attempts included; at least a millisecond
 * @param latency of the dependency when it is well
 * @param errorRate the share of attempts that fail in ordinary time, from 0 to less than 1
 * @param criticality how much a call matters: {@code CRITICAL} is planned for twice the errors, {@code SHEDDABLE} gets
 *     at most two attempts and a small budget
 * @param callsPerSecond the calls of one process; 0 if it is not known
 * @since 0.1
 */
public record SlaTarget(
        String service,
        double availability,
        Duration deadline,
        Latency latency,
        double errorRate,
        Criticality criticality,
        double callsPerSecond) {

    /** Critical calls are planned for a day that is so many times as bad. */
    static final double BAD_DAY = 2;

    private static final double MOST_ERRORS = 0.99;
    private static final double MOST_CALLS = 1e9;
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");
    /** Longer calls are not planned. */
    static final Duration LONGEST = Duration.ofDays(365);

    /** Creates a target. */
    public SlaTarget {
        Objects.requireNonNull(latency, "latency");
        Objects.requireNonNull(criticality, "criticality");
        Checks.check(
                SERVICE.matcher(service).matches(),
                "service",
                service,
                "a letter, then letters, digits, dots, hyphens and underscores");
        Checks.check(
                availability > 0 && availability < 1, "availability", availability, "more than 0.0, less than 1.0");
        Checks.nanosBetween(Duration.ofMillis(1), LONGEST, deadline, "deadline");
        Checks.check(errorRate >= 0 && errorRate < 1, "errorRate", errorRate, "from 0.0 to less than 1.0");
        Checks.check(
                callsPerSecond >= 0 && callsPerSecond <= MOST_CALLS, "callsPerSecond", callsPerSecond, "from 0 to 1e9");
    }

    /**
     * Returns a promise about a dependency of which little is known yet: it answers at once and without errors.
     *
     * @param service the name of the dependency
     * @param availability the share of calls that shall succeed within the deadline
     * @param deadline how long a call may take
     * @return a target for normal calls
     * @throws IllegalArgumentException if a value is out of range
     */
    public static SlaTarget of(String service, double availability, Duration deadline) {
        Latency instant = new Latency(Duration.ofNanos(1), Duration.ofNanos(1));
        return new SlaTarget(service, availability, deadline, instant, 0, Criticality.NORMAL, 0);
    }

    /**
     * Returns the error rate that the plan is made for.
     *
     * @return that of ordinary time; for critical calls twice as much, but not above 99 %
     */
    public double plannedErrorRate() {
        return criticality == Criticality.CRITICAL
                ? Math.min(Math.max(MOST_ERRORS, errorRate), BAD_DAY * errorRate)
                : errorRate;
    }

    /**
     * Returns this with another deadline.
     *
     * @param value how long a call may take
     * @return a new target
     */
    public SlaTarget deadline(Duration value) {
        return new SlaTarget(service, availability, value, latency, errorRate, criticality, callsPerSecond);
    }

    /**
     * Returns this with another error rate.
     *
     * @param value the share of attempts that fail in ordinary time
     * @return a new target
     */
    public SlaTarget errorRate(double value) {
        return new SlaTarget(service, availability, deadline, latency, value, criticality, callsPerSecond);
    }

    /**
     * Returns this with another latency.
     *
     * @param value of the dependency when it is well
     * @return a new target
     */
    public SlaTarget latency(Latency value) {
        return new SlaTarget(service, availability, deadline, value, errorRate, criticality, callsPerSecond);
    }

    /**
     * Returns this with another latency.
     *
     * @param median half of the answers come sooner
     * @param p99 99 of 100 answers come sooner
     * @return a new target
     */
    public SlaTarget latency(Duration median, Duration p99) {
        return latency(new Latency(median, p99));
    }

    /**
     * Returns this for calls that matter more or less.
     *
     * @param value how much a call matters
     * @return a new target
     */
    public SlaTarget criticality(Criticality value) {
        return new SlaTarget(service, availability, deadline, latency, errorRate, value, callsPerSecond);
    }

    /**
     * Returns this with another rate of calls.
     *
     * @param value the calls of one process
     * @return a new target
     */
    public SlaTarget callsPerSecond(double value) {
        return new SlaTarget(service, availability, deadline, latency, errorRate, criticality, value);
    }
}
