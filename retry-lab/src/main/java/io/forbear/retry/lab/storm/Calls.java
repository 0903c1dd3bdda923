package io.forbear.retry.lab.storm;

/** The calls of a run, one after the other. Used by one thread. */
interface Calls {

    /** No fault hits the call alone. */
    double ANYWHERE = -1;

    /**
     * Goes to the next call.
     *
     * @return {@code false} where there is none within the run
     */
    boolean next();

    /** When it is due: nanoseconds since the beginning of the run. */
    long dueNanos();

    /** Who makes it, from 0. */
    int client();

    /** Where it stands among all calls, from 0 to 1, which decides by which faults it is hit; {@link #ANYWHERE}. */
    double place();
}
