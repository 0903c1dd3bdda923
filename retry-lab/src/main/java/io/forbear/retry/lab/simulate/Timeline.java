package io.forbear.retry.lab.simulate;

/**
 * The time of a service: virtual where discrete events move it, real where requests come over a network. Events happen
 * one after the other, on one thread.
 */
public interface Timeline {

    /** Something that happens at an instant. */
    @FunctionalInterface
    interface Event {

        /** Happens. */
        void happen();
    }

    /**
     * Returns the present.
     *
     * @return nanoseconds since the beginning of the scenario
     */
    long nanoTime();

    /**
     * Plans an event.
     *
     * @param nanos from now on; less than 0 is now
     * @param event what happens then
     */
    void in(long nanos, Event event);

    /**
     * Plans an event at an instant.
     *
     * @param nanos since the beginning of the scenario
     * @param event what happens then
     */
    default void at(long nanos, Event event) {
        in(nanos - nanoTime(), event);
    }
}
