package io.forbear.retry.lab.simulate;

import org.jspecify.annotations.Nullable;

/**
 * The retry control of one process, asked step by step, so that time may be virtual. An implementation asks the real
 * library; it decides nothing itself. Not thread-safe: a simulation is one thread.
 */
public interface Control extends AutoCloseable {

    /** What {@link Call#failed} returns where the call ends. */
    long STOP = -1;

    /**
     * Begins a call.
     *
     * @return the call, whose first attempt is to be made now; {@code null} where it is refused
     */
    @Nullable
    Call begin();

    /** Ends the process. */
    @Override
    default void close() {}

    /** One call. */
    interface Call {

        /** Tells that the attempt succeeded; the call ends. */
        void succeeded();

        /**
         * Tells that the attempt failed.
         *
         * @param failure what the client sees
         * @return nanoseconds until the next attempt, or {@link #STOP}
         */
        long failed(Failure failure);

        /**
         * The wait is over.
         *
         * @return whether the next attempt is to be made now; {@code false} ends the call
         */
        boolean resume();
    }

    /** Makes the control of each process of a fleet. */
    @FunctionalInterface
    interface Maker {

        /**
         * Makes the control of one process.
         *
         * @param world the time and the chance of the simulation
         * @return a new control
         */
        Control make(World world);
    }
}
