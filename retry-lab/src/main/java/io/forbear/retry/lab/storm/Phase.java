package io.forbear.retry.lab.storm;

/** The parts of a run, in their order: those of the storm's own outage, and those of a scenario file. */
public enum Phase {
    /** The service is well, but now and then a request fails by chance: an ordinary hour. */
    TRANSIENT("stray errors"),
    /** The service answers every request with an error, at once. */
    ERRORS("errors"),
    /** The service answers, but many times more slowly than usual. */
    SLOW("slow answers"),
    /** The service is well again; what is wrong now is the load. */
    WELL("well again"),
    /** Of a scenario file: before the time that is judged. */
    BEFORE("before"),
    /** Of a scenario file: the time that is judged. */
    JUDGED("judged time"),
    /** Of a scenario file: after the time that is judged. */
    AFTER("after");

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    /**
     * Returns the words for a reader.
     *
     * @return lower case
     */
    public String title() {
        return title;
    }

    /**
     * Tells whether the service is at fault.
     *
     * @return {@code true} for {@link #ERRORS} and {@link #SLOW}
     */
    public boolean isOutage() {
        return this == ERRORS || this == SLOW;
    }
}
