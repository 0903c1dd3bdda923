package io.forbear.retry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells what kind of failure an exception is.
 *
 * <p>Most applications take {@link #defaults()}, or add the exceptions of their client library with {@link #builder()}. A lambda
 * does as well; {@link Classification#ofHttpStatus} and {@link Classification#ofGrpcStatus} know the status codes.
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
    @Nullable
    Classification classify(Throwable failure);

    /**
     * Returns a classifier that asks this one first and the other where this one has nothing to say.
     *
     * @param next who is asked second
     * @return the chain of both
     */
    default ErrorClassifier orElse(ErrorClassifier next) {
        Objects.requireNonNull(next, "next");
        return failure -> {
            Classification found = classify(failure);
            return found != null ? found : next.classify(failure);
        };
    }

    /**
     * Returns the classifier that is used where none is given. It answers for every exception and never throws. In this order:
     *
     * <ol>
     *   <li>The outermost exception of the cause chain (16 links at most) whose type, or nearest supertype, is one of the JDK's
     *       that means something: timeouts, connections refused or broken, TLS failures, programming errors, interrupts.
     *   <li>The outermost message that says something, in its first 1,000 characters: a status ({@code HTTP 503}, {@code status
     *       code: 404}), a rate limit, a timeout, a failing server, the network.
     *   <li>{@link ErrorCategory#NETWORK_ERROR} where there is an {@link java.io.IOException} in the chain, else {@link
     *       ErrorCategory#TRANSIENT}.
     * </ol>
     *
     * @return the default classifier
     */
    static ErrorClassifier defaults() {
        return DefaultErrorClassifier.INSTANCE;
    }

    /**
     * Returns a builder of rules by type and by status; a policy asks them before {@link #defaults()}.
     *
     * @return a new builder
     */
    static ErrorClassifierBuilder builder() {
        return new ErrorClassifierBuilder();
    }
}
