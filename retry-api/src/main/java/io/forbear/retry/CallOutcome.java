package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How one call ended, as a value: its result or its failure, why there was no further attempt, and every failure on the
 * way.
 *
 * <p>Immutable, as far as the result is.
 *
 * @param <T> what the operation returns
 * @since 0.1
 */
public final class CallOutcome<T extends @Nullable Object> {

    /** The most failures that an outcome keeps: {@value}. Of more, the first half and the last half are kept. */
    public static final int MOST_FAILURES = 64;

    private final @Nullable T result;
    private final @Nullable Throwable failure;
    private final @Nullable StopReason stopReason;
    private final int attempts;
    private final List<FailedAttempt> failures;

    private CallOutcome(
            @Nullable T result,
            @Nullable Throwable failure,
            @Nullable StopReason stopReason,
            int attempts,
            List<FailedAttempt> failures) {
        this.result = result;
        this.failure = failure;
        this.stopReason = stopReason;
        this.attempts = attempts;
        this.failures = List.copyOf(failures);
    }

    /**
     * Returns the outcome of a call that succeeded.
     *
     * @param result the result
     * @param attempts how many attempts were made
     * @param failures the failures of the attempts before
     * @return the outcome
     * @param <T> what the operation returns
     */
    public static <T extends @Nullable Object> CallOutcome<T> success(
            T result, int attempts, List<FailedAttempt> failures) {
        return new CallOutcome<>(result, null, null, Checks.atLeast(1, attempts, "attempts"), failures);
    }

    /**
     * Returns the outcome of a call that ended with a result which the policy calls a failure.
     *
     * @param result the last result
     * @param reason why no further attempt was made
     * @param attempts how many attempts were made
     * @param failures the failures of all attempts
     * @return the outcome
     * @param <T> what the operation returns
     */
    public static <T extends @Nullable Object> CallOutcome<T> failedResult(
            T result, StopReason reason, int attempts, List<FailedAttempt> failures) {
        Objects.requireNonNull(reason, "reason");
        return new CallOutcome<>(result, null, reason, Checks.atLeast(1, attempts, "attempts"), failures);
    }

    /**
     * Returns the outcome of a call that ended with an exception.
     *
     * @param failure what {@link Retry#call} would have thrown
     * @param reason why no further attempt was made
     * @param attempts how many attempts were made; zero where the first was refused
     * @param failures the failures of all attempts
     * @return the outcome
     * @param <T> what the operation returns
     */
    public static <T extends @Nullable Object> CallOutcome<T> failure(
            Throwable failure, StopReason reason, int attempts, List<FailedAttempt> failures) {
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(reason, "reason");
        return new CallOutcome<>(null, failure, reason, Checks.atLeast(0, attempts, "attempts"), failures);
    }

    /**
     * Tells whether the call succeeded.
     *
     * @return {@code false} where it ended with an exception, or with a result that the policy calls a failure
     */
    public boolean isSuccess() {
        return stopReason == null;
    }

    /**
     * Returns the result of the last attempt, a failed one too.
     *
     * @return the result; {@code null} where the call ended with an exception, or where the operation returned {@code
     *     null}
     */
    public @Nullable T result() {
        return result;
    }

    /**
     * Returns what {@link Retry#call} would have thrown.
     *
     * @return empty after a success, and where the call ended with a result that the policy calls a failure
     */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Returns why no further attempt was made.
     *
     * @return empty after a success
     */
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(stopReason);
    }

    /**
     * Returns how many attempts were made, the first included.
     *
     * @return zero where the first was refused
     */
    public int attempts() {
        return attempts;
    }

    /**
     * Returns the failures of the attempts, in order, at most {@value #MOST_FAILURES}.
     *
     * @return an unmodifiable list; empty where the first attempt succeeded or was refused
     */
    public List<FailedAttempt> failures() {
        return failures;
    }

    /**
     * Returns the result of a call that succeeded, else what a fallback makes of the outcome.
     *
     * @param fallback given this outcome, returns what the caller gets; what it throws, this throws
     * @return the result or the fallback
     */
    @SuppressWarnings("NullAway") // null only where the operation returned it, so T is nullable
    public T orElse(Function<? super CallOutcome<T>, ? extends T> fallback) {
        Objects.requireNonNull(fallback, "fallback");
        return isSuccess() ? result : fallback.apply(this);
    }

    @Override
    public String toString() {
        StopReason reason = stopReason;
        String end =
                reason == null ? "success" : failure == null ? "failed result, " + reason : failure + ", " + reason;
        return "CallOutcome(" + end + ", attempts " + attempts + ")";
    }
}
