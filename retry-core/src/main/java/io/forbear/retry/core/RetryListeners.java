package io.forbear.retry.core;

import io.forbear.retry.RetryListener;

/**
 * Listeners that need nothing but the JDK.
 *
 * @since 0.1
 */
public final class RetryListeners {

    private RetryListeners() {}

    /**
     * Returns a listener that writes to the {@link System.Logger} {@code io.forbear.retry}: each call that stopped at
     * DEBUG; at INFO each {@link io.forbear.retry.operations.ServiceEvent}, with its figures. Of a breaker that probes
     * and of a budget that denies and grants, it writes at most one line in ten seconds for a service, and counts those
     * that it leaves out. What opened a breaker, that it closed, and every switch are always written. No line names a
     * client.
     *
     * @return a listener for one retry, or for many
     */
    public static RetryListener logging() {
        return new LoggingListener(System.getLogger("io.forbear.retry"), System::nanoTime, false);
    }

    /**
     * As {@link #logging()}, and where a budget denies retries the line names the client whose retries took most of it.
     *
     * @return a listener for one retry, or for many
     */
    public static RetryListener loggingWithClients() {
        return new LoggingListener(System.getLogger("io.forbear.retry"), System::nanoTime, true);
    }
}
