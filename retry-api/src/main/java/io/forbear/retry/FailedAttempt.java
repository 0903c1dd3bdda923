package io.forbear.retry;

import io.forbear.retry.error.Classification;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is told about an attempt that failed.
 *
 * @param service the name of the service
 * @param client the client that the call is made for, {@code null} where none was named
 * @param attempt the number of the attempt, from 1; 0 where the circuit breaker refused the first
 * @param classification what the failure was found to be
 * @param failure what the attempt threw, {@code null} where a result was classified as a failure
 * @param result the result that was classified as a failure, {@code null} where the attempt threw. It may be discarded
 *     once this event has been told: see {@link RetryPolicy.Builder#onDiscard}
 * @since 0.1
 */
public record FailedAttempt(
        String service,
        @Nullable String client,
        int attempt,
        Classification classification,
        @Nullable Throwable failure,
        @Nullable Object result) {

    /**
     * Creates the description of an attempt that threw, or of a result that is not told.
     *
     * @param service the name of the service
     * @param client the client on whose behalf the call is made, {@code null} where none was named
     * @param attempt the number of the attempt, from 1
     * @param classification what the failure was found to be
     * @param failure what the attempt threw, {@code null} where a result was classified as a failure
     */
    public FailedAttempt(
            String service,
            @Nullable String client,
            int attempt,
            Classification classification,
            @Nullable Throwable failure) {
        this(service, client, attempt, classification, failure, null);
    }
}
