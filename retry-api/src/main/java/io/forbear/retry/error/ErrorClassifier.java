package io.forbear.retry.error;

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
     * Returns a classifier that asks others in turn: the first that has something to say decides.
     *
     * @param classifiers those that are asked, in order
     * @return the chain of all; it answers {@code null} where none has anything to say
     */
    static ErrorClassifier first(ErrorClassifier... classifiers) {
        ErrorClassifier[] all = classifiers.clone();
        for (ErrorClassifier classifier : all) {
            Objects.requireNonNull(classifier, "classifier");
        }
        return failure -> {
            for (ErrorClassifier classifier : all) {
                Classification found = classifier.classify(failure);
                if (found != null && !found.isSuccess()) {
                    return found;
                }
            }
            return null;
        };
    }

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
            return found != null && !found.isSuccess() ? found : next.classify(failure);
        };
    }

    /**
     * Returns the classifier that is used where none is given. It answers for every exception and never throws. In this order:
     *
     * <ol>
     *   <li>An interrupt anywhere in the cause chain (16 links at most), in any disguise: never retried.
     *   <li>The outermost exception of the chain whose type says something, or the code that it carries: timeouts, connections
     *       refused or broken, TLS failures, SQL states, gRPC codes, error codes of AWS, Google and Azure, pools without room,
     *       closed clients, programming errors. Types of other libraries are known by name.
     *   <li>The outermost message that says something, in its first 1,000 characters: a rate limit, a status that the text calls
     *       one ({@code HTTP 503}, {@code status code: 404}), a timeout, a failing server, the network. Numbers and names that are
     *       data (ids, ports, columns) are not read.
     *   <li>{@link ErrorCategory#NETWORK_ERROR} where there is an {@link java.io.IOException} in the chain, else {@link
     *       ErrorCategory#TRANSIENT}: a failure of an unknown kind is retried.
     * </ol>
     *
     * <p>The page <i>When is it retried</i> of the documentation has the whole table.
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
