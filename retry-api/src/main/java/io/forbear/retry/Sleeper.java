package io.forbear.retry;

/**
 * How a blocking call waits between attempts; given from outside so that a test waits on its own clock.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Sleeper {

    /**
     * Waits.
     *
     * <p>Whatever else it throws ends the call with {@link StopReason#REJECTED}: the caller gets the failure of the last attempt, or
     * the {@link Error} of the sleeper.
     *
     * @param nanos how long; more than zero
     * @throws InterruptedException if the thread is or gets interrupted
     */
    void sleep(long nanos) throws InterruptedException;
}
