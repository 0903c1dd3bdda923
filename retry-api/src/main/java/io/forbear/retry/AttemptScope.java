package io.forbear.retry;

/**
 * The time for which one attempt of a {@link RetryCall} runs on a thread. Closed on the thread that began it.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface AttemptScope extends AutoCloseable {

    /**
     * Takes the mark from the thread and tells observers that the attempt has returned. A second close does nothing.
     */
    @Override
    void close();
}
