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
     * DEBUG; each transition of a breaker and each budget that ran out at INFO, at most one line in ten seconds for a
     * service and kind.
     *
     * @return a listener for one retry, or for many
     */
    public static RetryListener logging() {
        return new LoggingListener(System.getLogger("io.forbear.retry"), System::nanoTime);
    }
}
