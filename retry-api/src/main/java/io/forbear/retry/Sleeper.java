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
     * @param nanos how long; more than zero
     * @throws InterruptedException if the thread is or gets interrupted
     */
    void sleep(long nanos) throws InterruptedException;
}
