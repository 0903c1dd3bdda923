package io.forbear.retry.core.jmx;

import java.util.List;

/**
 * All services that have MXBeans of one {@link RetryMBeans}.
 *
 * @since 0.1
 */
public interface AllServicesMXBean {

    /** Returns their names, in order. */
    List<String> getServices();

    /**
     * Pauses the retries of all, also of those that are made while the pause holds.
     *
     * @param seconds the time after which the pause ends by itself, from 1 to 86,400
     * @param who who does it
     * @param why the reason
     */
    void pauseRetries(long seconds, String who, String why);

    /**
     * Ends the pauses of all.
     *
     * @param who who does it
     * @param why the reason
     */
    void resumeRetries(String who, String why);
}
