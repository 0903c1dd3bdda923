package io.forbear.retry.operations;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All services of a registry, as those see them who operate them.
 *
 * <p>Thread-safe. No method makes a service.
 *
 * @since 0.1
 */
public interface RetryOperations {

    /**
     * Returns the services that have been asked for and not been closed.
     *
     * @return services by name, in order; a copy
     */
    Map<String, ServiceOperations> services();

    /**
     * Returns one service.
     *
     * @param name the name of the service
     * @return empty where it has not been asked for, or has been closed
     */
    Optional<ServiceOperations> service(String name);

    /**
     * Pauses the retries of all services, also of those that are made while the pause holds: see {@link
     * ServiceOperations#pauseRetries}. Each service has the event.
     *
     * @param timeToLive after this time the pause ends by itself; more than zero, at most a day
     * @param who who does it
     * @param why the reason
     * @throws IllegalArgumentException if the time is out of range, or a text is blank, too long or of more than one
     *     line
     */
    void pauseRetries(Duration timeToLive, String who, String why);

    /**
     * Ends the pauses of all services, those too that were made for one service.
     *
     * @param who who does it
     * @param why the reason
     * @throws IllegalArgumentException if a text is blank, too long or of more than one line
     */
    void resumeRetries(String who, String why);
}
