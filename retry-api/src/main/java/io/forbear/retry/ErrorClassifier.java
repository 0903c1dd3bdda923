package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * Tells what kind of failure an exception is.
 *
 * <p>Implementations are thread-safe, do not block, and look at types and status codes before they look at words. One
 * that throws is treated as if it had answered {@link ErrorCategory#CLIENT_ERROR}: no retry, and the caller sees the
 * operation's own failure.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ErrorClassifier {

    /**
     * Classifies a failure.
     *
     * @param failure what the attempt threw; wrappers such as {@code CompletionException} are already removed
     * @return what is known of it, or {@code null} where this classifier has nothing to say
     */
    @Nullable Classification classify(Throwable failure);

    /**
     * Returns a classifier that asks this one first and the other where this one has nothing to say.
     *
     * @param next who is asked second
     * @return the chain of both
     */
    default ErrorClassifier orElse(ErrorClassifier next) {
        java.util.Objects.requireNonNull(next, "next");
        return failure -> {
            Classification found = classify(failure);
            return found != null ? found : next.classify(failure);
        };
    }

    /**
     * Returns the classifier that is used where none is given: exception types of the JDK along the cause chain, then
     * words of the messages ({@code HTTP 503}, {@code timed out}, {@code rate limit}, …), then
     * {@link ErrorCategory#TRANSIENT}. It answers for every exception.
     *
     * @return the default classifier
     */
    static ErrorClassifier defaults() {
        return DefaultErrorClassifier.INSTANCE;
    }

    /**
     * Returns a builder of rules by type and by status, which are asked before {@link #defaults()}.
     *
     * @return a new builder
     */
    static ErrorClassifierBuilder builder() {
        return new ErrorClassifierBuilder();
    }
}
