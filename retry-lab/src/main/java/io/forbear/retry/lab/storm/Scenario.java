package io.forbear.retry.lab.storm;

import java.time.Duration;

/**
 * What happens in a run: the offered load, the service and its outage. The same for every policy.
 *
 * <p>All times are milliseconds. The service is sized after the load: twice as much when it is well.
 *
 * @param durationMillis how long calls are offered, for each policy
 * @param load calls offered per second
 * @param seed decides the instants of the calls
 * @param clients processes that call; each has its own connections, budget and breaker
 * @param timeoutMillis how long a client waits for the answer to one attempt
 * @param capacity requests that the service can answer per second when it is well and not overloaded
 * @param workers requests that the service works on at a time
 * @param serviceMillis how long the service works on a request when it is well and not overloaded
 * @param queue requests that may wait; one more is refused with status 503
 * @param overloadFactor how much longer the service works on a request when the queue is full; in between in proportion
 * @param slowFactor how much longer the service works on a request while it is slow
 * @param errorsAtMillis when the outage begins with errors
 * @param slowAtMillis when errors become slow answers
 * @param wellAtMillis when the service is well again
 */
public record Scenario(
        long durationMillis,
        int load,
        long seed,
        int clients,
        long timeoutMillis,
        int capacity,
        int workers,
        double serviceMillis,
        int queue,
        double overloadFactor,
        double slowFactor,
        long errorsAtMillis,
        long slowAtMillis,
        long wellAtMillis) {

    /** How long each policy is tried where nothing is said. */
    public static final Duration DEFAULT_DURATION = Duration.ofSeconds(12);

    /** Calls per second where nothing is said. */
    public static final int DEFAULT_LOAD = 100;

    private static final int CLIENTS = 4;
    private static final double SERVICE_MILLIS = 25;
    private static final double QUEUE_SECONDS = 0.6;
    private static final double OVERLOAD_FACTOR = 1.3;
    private static final double SLOW_FACTOR = 10;
    private static final long TIMEOUT_MILLIS = 500;

    /**
     * Returns the scenario of the storm: a quarter of the time steady, a sixth errors, a sixth slow answers, then well.
     *
     * @param duration how long calls are offered
     * @param load calls per second
     * @param seed decides the instants of the calls
     * @return the scenario
     */
    public static Scenario of(Duration duration, int load, long seed) {
        long total = duration.toMillis();
        long errors = total / 4;
        long slow = errors + total / 6;
        return with(total, load, seed, errors, slow, slow + total / 6);
    }

    /**
     * Returns a scenario without an outage.
     *
     * @param duration how long calls are offered
     * @param load calls per second
     * @param seed decides the instants of the calls
     * @return the scenario
     */
    static Scenario calm(Duration duration, int load, long seed) {
        long total = duration.toMillis();
        return with(total, load, seed, total, total, total);
    }

    private static Scenario with(long total, int load, long seed, long errors, long slow, long well) {
        int capacity = 2 * load;
        int workers = (int) Math.ceil(capacity * SERVICE_MILLIS / 1000);
        double serviceMillis = 1000.0 * workers / capacity;
        int queue = (int) (capacity * QUEUE_SECONDS);
        return new Scenario(
                total,
                load,
                seed,
                CLIENTS,
                TIMEOUT_MILLIS,
                capacity,
                workers,
                serviceMillis,
                queue,
                OVERLOAD_FACTOR,
                SLOW_FACTOR,
                errors,
                slow,
                well);
    }

    /**
     * Returns the part of the run at an instant.
     *
     * @param millis since the run began
     * @return the phase
     */
    public Phase phaseAt(long millis) {
        if (millis < errorsAtMillis) {
            return Phase.STEADY;
        }
        if (millis < slowAtMillis) {
            return Phase.ERRORS;
        }
        return millis < wellAtMillis ? Phase.SLOW : Phase.WELL;
    }
}
