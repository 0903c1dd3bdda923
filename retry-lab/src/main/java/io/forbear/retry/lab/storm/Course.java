package io.forbear.retry.lab.storm;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run, to whom, and at which instants calls are due: the storm's own outage, or what a scenario file
 * says. Immutable.
 */
public abstract class Course {

    Course() {}

    /**
     * Returns the course of the storm itself.
     *
     * @param scenario the outage
     * @return its course
     */
    public static Course of(Scenario scenario) {
        return new OutageCourse(scenario);
    }

    /**
     * Returns the course of a scenario file.
     *
     * @param scenario what the file says for a fleet
     * @param seed decides the instants of the calls and what is left to chance
     * @return its course
     */
    public static Course of(io.forbear.retry.lab.simulate.Scenario scenario, long seed) {
        return new ScenarioCourse(scenario, seed);
    }

    /**
     * Returns how many clients call.
     *
     * @return at least one
     */
    public final int clients() {
        return scenario().clients();
    }

    /** What the result says of it. */
    abstract Scenario scenario();

    /** The same with what differs in another run, the first of which is this one itself. */
    abstract Course run(int number);

    /** How many layers lie between the clients and the service. */
    abstract int layers();

    /** How long a client waits for the answer to one attempt. */
    abstract long attemptMillis();

    abstract Phase phaseAt(long millis);

    /** The calls of one run; the same each time. */
    abstract Calls calls();

    /**
     * Opens what the clients call.
     *
     * @param startNanos {@link System#nanoTime()} of the beginning of the run
     * @param meter is told of requests that the service reads, and of those that layers send
     * @param policy by which layers call
     */
    abstract Backend open(long startNanos, Meter meter, StormPolicy policy) throws IOException;

    /** What the simulator would say of the run; {@code null} where the course is of no scenario file. */
    abstract PolicyResult.@Nullable Judged judged(Meter meter);
}
