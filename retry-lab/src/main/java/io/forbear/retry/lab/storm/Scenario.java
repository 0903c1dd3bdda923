package io.forbear.retry.lab.storm;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.forbear.retry.lab.simulate.Fault;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run: the offered load, the service and its outage. The same for every policy.
 *
 * <p>All times are milliseconds. The service is sized after the load, which is seven tenths of what it can
 * do when it is well.
 *
 * @param durationMillis how long calls are offered, for each policy
 * @param load calls offered per second
 * @param seed decides the instants of the calls and which requests fail by chance
 * @param clients processes that call; each has its own connections, budget and breaker
 * @param timeoutMillis how long a client waits for the answer to one attempt
 * @param capacity requests that the service can answer per second when it is well and not overloaded
 * @param workers requests that the service works on at a time
 * @param serviceMillis how long the service works on a request when it is well and not overloaded
 * @param queue requests that may wait; one more is refused with status 503
 * @param overloadFactor how much longer the service works on a request when the queue is full; in between in proportion
 * @param slowFactor how much longer the service works on a request while it is slow
 * @param transientRate the share of requests that are answered with status 503 by chance before the outage
 * @param transientUntilMillis until when calls are due that count for the time before the outage; retries of later
 *     ones may meet the outage
 * @param errorsAtMillis when the outage begins with errors
 * @param slowAtMillis when errors become slow answers
 * @param wellAtMillis when the service is well again
 * @param recoveryLimitMillis the latest recovery after that which the run can tell, for goodput must stay for a while
 * @param name of the scenario file that was run instead; {@code null} for the storm's own outage. Of a file, the outage
 *     is the judged time
 * @param title of the scenario file
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
        double transientRate,
        long transientUntilMillis,
        long errorsAtMillis,
        long slowAtMillis,
        long wellAtMillis,
        long recoveryLimitMillis,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String name,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String title) {

    /** How long each policy is tried where nothing is said. */
    public static final Duration DEFAULT_DURATION = Duration.ofSeconds(17);

    /** Calls per second where nothing is said. */
    public static final int DEFAULT_LOAD = 100;

    private static final int CLIENTS = 4;
    private static final double SERVICE_MILLIS = 25;
    /** The load as a share of the capacity. */
    static final double UTILISATION = 0.7;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double QUEUE_SECONDS = 1;
    private static final double TRANSIENT_RATE = 0.02;
    /** The longest wait before a retry that a policy of the lab makes. */
    private static final long SETTLE_MILLIS = 1000;

    private static final double OVERLOAD_FACTOR = 1.3;
    private static final double SLOW_FACTOR = 10;
    private static final long TIMEOUT_MILLIS = 500;

    /**
     * Returns the scenario of the storm. Of 17 parts of the duration, 4 have transient errors, then come 2 of errors
     * and 4 of slow answers; in the other 7 the service is well.
     *
     * @param duration how long calls are offered
     * @param load calls per second
     * @param seed decides the instants of the calls
     * @return the scenario
     */
    public static Scenario of(Duration duration, int load, long seed) {
        long total = duration.toMillis();
        long errors = total * 4 / 17;
        long slow = total * 6 / 17;
        return with(total, load, seed, TRANSIENT_RATE, errors, slow, total * 10 / 17);
    }

    /**
     * Returns a variant: another seed, and an outage that begins earlier or later. It ends at the same instant, so that
     * the runs can be laid over each other; what a policy is doing then differs.
     *
     * @param number of the run, from 1, which is this scenario itself
     * @return the scenario of that run
     */
    Scenario run(int number) {
        if (number == 1) {
            return this;
        }
        SplittableRandom chance = new SplittableRandom(seed + number);
        long slow = wellAtMillis - varied(wellAtMillis - slowAtMillis, chance);
        long errors = slow - varied(slowAtMillis - errorsAtMillis, chance);
        return with(durationMillis, load, seed + number - 1, transientRate, errors, slow, wellAtMillis);
    }

    /** An eighth longer or shorter at most. */
    private static long varied(long millis, SplittableRandom chance) {
        return millis + millis / 8 - chance.nextLong(millis / 4 + 1);
    }

    /**
     * Returns a scenario without any errors.
     *
     * @param duration how long calls are offered
     * @param load calls per second
     * @param seed decides the instants of the calls
     * @return the scenario
     */
    static Scenario calm(Duration duration, int load, long seed) {
        long total = duration.toMillis();
        return with(total, load, seed, 0, total, total, total);
    }

    private static Scenario with(
            long total, int load, long seed, double transientRate, long errors, long slow, long well) {
        int capacity = (int) Math.round(load / UTILISATION);
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
                transientRate,
                errors - Math.min(SETTLE_MILLIS, errors / 4),
                errors,
                slow,
                well,
                recoveryLimit(total, well),
                null,
                null);
    }

    private static long recoveryLimit(long total, long well) {
        return Math.max(0, total - well - Figures.WINDOW_MILLIS - Figures.HOLD_MILLIS);
    }

    /**
     * Returns what the result says of a scenario file.
     *
     * @param file what the file says for a fleet
     * @param seed decides the instants of the calls
     * @return the judged time as an outage; the run begins where the clients start
     */
    static Scenario of(io.forbear.retry.lab.simulate.Scenario file, long seed) {
        io.forbear.retry.lab.simulate.Scenario.ServiceShape service = file.service();
        long total = millis(file.endNanos() - file.startNanos());
        long from = millis(file.badFromNanos() - file.startNanos());
        long to = millis(file.badToNanos() - file.startNanos());
        double perReplica = service.perSecond() / service.replicas();
        int workers = (int) Math.max(1, Math.round(perReplica * service.work().meanNanos() / NANOS_PER_SECOND));
        double slow = file.faults().stream()
                .filter(fault -> fault.kind() == Fault.Kind.SLOW)
                .mapToDouble(Fault::value)
                .max()
                .orElse(1);
        return new Scenario(
                total,
                (int) Math.round(file.callsPerSecond()),
                seed,
                file.clients(),
                millis(file.timeoutNanos(0)),
                (int) Math.round(service.perSecond()),
                workers * service.replicas(),
                Rounded.to(3, workers * MILLIS_PER_SECOND / perReplica),
                (int) Math.round(service.perSecond() * service.queueSeconds()),
                service.overload(),
                slow,
                0,
                from - Math.min(SETTLE_MILLIS, from / 4),
                from,
                to,
                to,
                recoveryLimit(total, to),
                file.name(),
                file.title());
    }

    private static long millis(long nanos) {
        return nanos / (long) NANOS_PER_MILLI;
    }

    /**
     * Returns the part of the run at an instant.
     *
     * @param millis since the run began
     * @return the phase
     */
    public Phase phaseAt(long millis) {
        if (millis < errorsAtMillis) {
            return Phase.TRANSIENT;
        }
        if (millis < slowAtMillis) {
            return Phase.ERRORS;
        }
        return millis < wellAtMillis ? Phase.SLOW : Phase.WELL;
    }
}
