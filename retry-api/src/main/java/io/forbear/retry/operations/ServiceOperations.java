package io.forbear.retry.operations;

import io.forbear.retry.RetrySnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A service as those see it who operate it: what happened, what is configured, which clients fail most; and the
 * switches.
 *
 * <p>Looking costs a call nothing: everything is kept off the path of a call that succeeds at once. Every use of a
 * switch is a {@link ServiceEvent} that names who used it and why. Both are required, at most {@value #LONGEST_WHO} and
 * {@value #LONGEST_WHY} characters, on one line.
 *
 * <p>Thread-safe. No method waits for a call.
 *
 * @since 0.1
 */
public interface ServiceOperations {

    /** How many events are kept: {@value}. */
    int EVENTS = 100;

    /** The most characters of a name of who uses a switch: {@value}. */
    int LONGEST_WHO = 100;

    /** The most characters of a reason for using a switch: {@value}. */
    int LONGEST_WHY = 200;

    /**
     * Returns the name of the service.
     *
     * @return the name
     */
    String service();

    /**
     * Returns the figures of the service.
     *
     * @return a snapshot of this moment
     */
    RetrySnapshot snapshot();

    /**
     * Returns what is configured now.
     *
     * @return each setting once, in a fixed order
     */
    List<ConfiguredValue> configuration();

    /**
     * Returns what happened last.
     *
     * @return the latest {@value #EVENTS} events at most, oldest first
     */
    List<ServiceEvent> events();

    /**
     * Returns the clients with the most failed attempts of late: of the present five minutes and the five minutes
     * before. Calls without a client are not among them.
     *
     * @return clients, most failures first; as many as the builder's {@code topClients} at most
     */
    List<TopClient> topClientsByFailures();

    /**
     * Returns the clients whose retries took most from the budget of late, in milli-tokens: of the present five minutes
     * and the five minutes before. What a budget gave back for a rescued call is not taken off.
     *
     * @return clients, most tokens first; as many as the builder's {@code topClients} at most
     */
    List<TopClient> topClientsByBudget();

    /**
     * Returns what the circuit breaker has counted.
     *
     * @return empty where there is no breaker, and for one that this library has not made
     */
    Optional<BreakerWindow> breakerWindow();

    /**
     * Returns the pause that holds now.
     *
     * @return empty where retries are not paused
     */
    Optional<RetryPause> pause();

    /**
     * Refuses every attempt until {@link #resetBreaker}: the breaker is FORCED_OPEN. Where services share a breaker, it
     * is forced for all of them.
     *
     * @param who who does it
     * @param why the reason
     * @throws IllegalArgumentException if a text is blank, too long or of more than one line
     * @throws IllegalStateException if the service has no circuit breaker
     * @throws UnsupportedOperationException if the breaker cannot be controlled; those of this library can
     */
    void forceBreakerOpen(String who, String why);

    /**
     * Lets every attempt pass until {@link #resetBreaker}; outcomes are counted and change nothing: the breaker is
     * METRICS_ONLY.
     *
     * @param who who does it
     * @param why the reason
     * @throws IllegalArgumentException if a text is blank, too long or of more than one line
     * @throws IllegalStateException if the service has no circuit breaker
     * @throws UnsupportedOperationException if the breaker cannot be controlled; those of this library can
     */
    void forceBreakerClosed(String who, String why);

    /**
     * Closes the breaker, whatever its state, and forgets what it has counted.
     *
     * @param who who does it
     * @param why the reason
     * @throws IllegalArgumentException if a text is blank, too long or of more than one line
     * @throws IllegalStateException if the service has no circuit breaker
     * @throws UnsupportedOperationException if the breaker cannot be controlled; those of this library can
     */
    void resetBreaker(String who, String why);

    /**
     * Pauses retries: once this has returned, no retry of the service begins until the pause ends, not even one that a
     * call waits for. Every call is attempted once, and one that fails stops with {@link
     * io.forbear.retry.StopReason#DISABLED}. Breaker, gate and counters go on. A pause replaces the one before.
     *
     * @param timeToLive after this time the pause ends by itself; more than zero, at most a day
     * @param who who does it
     * @param why the reason
     * @throws IllegalArgumentException if the time is out of range, or a text is blank, too long or of more than one
     *     line
     */
    void pauseRetries(Duration timeToLive, String who, String why);

    /**
     * Ends a pause. Without a pause this is an event and nothing else.
     *
     * @param who who does it
     * @param why the reason
     * @throws IllegalArgumentException if a text is blank, too long or of more than one line
     */
    void resumeRetries(String who, String why);
}
