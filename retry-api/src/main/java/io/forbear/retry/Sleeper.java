package io.forbear.retry;

/**
 * How a blocking call waits between attempts. A test replaces it, so that waits take no real time.
 *
 * <p>Implementations are thread-safe: calls wait on many threads at once.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Sleeper {

    /**
     * Waits.
     *
     * <p>Anything else that this throws ends the call with {@link StopReason#REJECTED}: the caller gets the result or
     * the failure of the last attempt, and what the sleeper threw is suppressed in that failure.
     *
     * @param nanos how long, in nanoseconds; more than zero
     * @throws InterruptedException if the thread is interrupted before or during the wait
     */
    void sleep(long nanos) throws InterruptedException;

    /**
     * Returns a sleeper that parks the thread. A virtual thread is unmounted and pins no carrier thread. Only an
     * interrupt ends the wait early.
     *
     * @return the sleeper that is used where none is given
     */
    static Sleeper parking() {
        return ParkingSleeper.INSTANCE;
    }
}
