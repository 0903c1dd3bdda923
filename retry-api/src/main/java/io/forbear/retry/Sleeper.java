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
     * <p>Whatever else it throws ends the call with {@link StopReason#REJECTED}: the caller gets the result or the failure of the
     * last attempt, and what the sleeper threw is suppressed in that failure.
     *
     * @param nanos how long; more than zero
     * @throws InterruptedException if the thread is or gets interrupted
     */
    void sleep(long nanos) throws InterruptedException;
}
