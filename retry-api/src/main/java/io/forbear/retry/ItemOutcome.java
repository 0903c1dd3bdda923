package io.forbear.retry;

import io.forbear.retry.error.Classification;
import io.forbear.retry.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one item of a batch fared in one attempt.
 *
 * @param <T> what there is for an item that succeeded
 * @since 0.1
 */
public sealed interface ItemOutcome<T extends @Nullable Object> {

    /**
     * Returns the outcome of an item that succeeded.
     *
     * @param value its result; a policy that {@linkplain RetryPolicy.Builder#classifyResult classifies results} looks
     *     at it
     * @return an outcome
     * @param <T> the type of the result
     */
    static <T extends @Nullable Object> ItemOutcome<T> success(T value) {
        return new Success<>(value);
    }

    /**
     * Returns the outcome of an item that failed; the policy's classifier says what the failure is.
     *
     * @param failure the failure
     * @return an outcome
     * @param <T> the type of results
     */
    static <T extends @Nullable Object> ItemOutcome<T> failure(Throwable failure) {
        return new Failure<>(null, Objects.requireNonNull(failure, "failure"));
    }

    /**
     * Returns the outcome of an item that failed, where the failure is known by a code and is no exception.
     *
     * @param classification what the failure is
     * @return an outcome
     * @param <T> the type of results
     * @throws IllegalArgumentException for {@link Classification#success()}
     */
    static <T extends @Nullable Object> ItemOutcome<T> failure(Classification classification) {
        return new Failure<>(Objects.requireNonNull(classification, "classification"), null);
    }

    /**
     * Returns the outcome of an item that failed, as the caller has classified it.
     *
     * @param classification what the failure is
     * @param failure the failure, which the caller sees where there is no further attempt
     * @return an outcome
     * @param <T> the type of results
     * @throws IllegalArgumentException for {@link Classification#success()}
     */
    static <T extends @Nullable Object> ItemOutcome<T> failure(Classification classification, Throwable failure) {
        return new Failure<>(
                Objects.requireNonNull(classification, "classification"), Objects.requireNonNull(failure, "failure"));
    }

    /**
     * The item succeeded.
     *
     * @param value its result
     * @param <T> the type of the result
     * @since 0.1
     */
    record Success<T extends @Nullable Object>(T value) implements ItemOutcome<T> {}

    /**
     * The item failed: at least one of the two is known.
     *
     * @param classification what the failure is, {@code null} where the policy's classifier says it
     * @param failure the failure, {@code null} where there is no exception
     * @param <T> the type of results
     * @since 0.1
     */
    record Failure<T extends @Nullable Object>(
            @Nullable Classification classification,
            @Nullable Throwable failure) implements ItemOutcome<T> {
        /**
         * Checks that a failure is given.
         *
         * @param classification what the failure is, {@code null} where the policy's classifier says it
         * @param failure the failure, {@code null} where there is no exception
         * @throws IllegalArgumentException if both are {@code null}, and for {@link Classification#success()}
         */
        public Failure {
            Checks.check(
                    classification != null || failure != null, "failure", failure, "a failure or a classification");
            Checks.check(
                    classification == null || !classification.isSuccess(),
                    "classification",
                    classification,
                    "a failure");
        }
    }
}
