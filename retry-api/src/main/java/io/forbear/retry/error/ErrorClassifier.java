package io.forbear.retry.error;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells what kind of failure an exception is.
 *
 * <p>Most applications take {@link #defaults()}, or add the exceptions of their client library with {@link #builder()}.
 * A lambda does as well; {@link Classification#ofHttpStatus} and {@link Classification#ofGrpcStatus} know the status
 * codes.
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
     * @param next the classifier that is asked second
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
     * Returns the classifier that is used where none is given. It answers for every exception and never throws. In this
     * order:
     *
     * <ol>
     *   <li>An interrupt anywhere in the cause chain (16 links at most), in any disguise: never retried.
     *   <li>The outermost exception of the chain whose type says something, or the code that it carries: timeouts,
     *       connections refused or broken, TLS failures, SQL states, gRPC codes, error codes of AWS, Google and Azure,
     *       pools without room, closed clients, programming errors. Types of other libraries are known by name.
     *   <li>The outermost message that says something, in its first 1,000 characters: a rate limit, a status that the
     *       text calls one ({@code HTTP 503}, {@code status code: 404}), a timeout, a failing server, the network.
     *       Numbers and names that are data (ids, ports, columns) are not read.
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
    static Builder builder() {
        return new Builder();
    }

    /**
     * Collects rules by exception type and builds a classifier that asks them.
     *
     * <pre>{@code
     * ErrorClassifier classifier = ErrorClassifier.builder()
     *     .httpStatus(ApiException.class, ApiException::statusCode)
     *     .pushback(ApiException.class, e -> Pushback.retryAfter(e.header("Retry-After")))
     *     .on(QuotaException.class, ErrorCategory.RATE_LIMIT)
     *     .neverOn(SchemaException.class)
     *     .build();
     * }</pre>
     *
     * <h2>Which rule holds</h2>
     *
     * <ol>
     *   <li>A rule is for a type and its subtypes. Of the rules that match an exception the one for the nearest type is
     *       asked, in any order of the calls; where it has nothing to say, the next nearest.
     *   <li>Of two rules for the same type the later replaces the earlier, whichever methods set them.
     *   <li>The failure is asked about first, then its causes from the outside in, up to 16 of them. The first that a
     *       rule answers for decides.
     *   <li>Pushback is looked for apart from that: the nearest type that names one, on the failure or a cause. It is
     *       added to what the rules said, unless they named a pushback themselves; where they said nothing, to what
     *       {@link ErrorClassifier#defaults()} says.
     *   <li>Where neither was found the classifier answers {@code null}, which {@link
     *       io.forbear.retry.RetryPolicy.Builder#classifier} turns into the
     *       answer of {@link ErrorClassifier#defaults()}.
     * </ol>
     *
     * <p>A function that throws ends the classification with its exception, which the engine treats as {@link
     * ErrorCategory#CLIENT_ERROR}. The builder is not thread-safe; what it builds is, and does not change with the
     * builder.
     *
     * @since 0.1
     */
    final class Builder {

        private final Map<Class<?>, TypedRules.Rule> rules = new HashMap<>();
        private final Map<Class<?>, Function<Throwable, @Nullable Pushback>> pushbacks = new HashMap<>();
        private boolean causes = true;

        private Builder() {}

        /**
         * Says what category a type of exception is.
         *
         * @param type the type, subtypes included
         * @param category its category; the policy decides whether that is retried
         * @return this
         */
        public Builder on(Class<? extends Throwable> type, ErrorCategory category) {
            return on(type, Classification.of(category));
        }

        /**
         * Says what is known of a type of exception.
         *
         * @param type the type, subtypes included
         * @param classification what is known of it
         * @return this
         */
        public Builder on(Class<? extends Throwable> type, Classification classification) {
            Objects.requireNonNull(classification, "classification");
            return put(type, (failure, pushback) -> classification);
        }

        /**
         * Says how an exception of a type is classified, such as by an error code that it carries.
         *
         * @param type the type, subtypes included
         * @param rule returns what is known of the exception, {@code null} where the rules for its supertypes are to be
         *     asked
         * @param <E> the type
         * @return this
         */
        public <E extends Throwable> Builder on(
                Class<E> type, Function<? super E, ? extends @Nullable Classification> rule) {
            Objects.requireNonNull(rule, "rule");
            return put(type, (failure, pushback) -> rule.apply(type.cast(failure)));
        }

        /**
         * Says that a type of exception may be retried whatever the policy says of its category, which stays that of
         * {@link ErrorClassifier#defaults()}.
         *
         * @param type the type, subtypes included
         * @return this
         */
        public Builder retryOn(Class<? extends Throwable> type) {
            return put(type, (failure, pushback) -> DefaultErrorClassifier.INSTANCE
                    .classify(failure)
                    .retryable());
        }

        /**
         * Says that a type of exception is never retried whatever the policy says of its category, which stays that of
         * {@link ErrorClassifier#defaults()}.
         *
         * @param type the type, subtypes included
         * @return this
         */
        public Builder neverOn(Class<? extends Throwable> type) {
            return put(type, (failure, pushback) -> DefaultErrorClassifier.INSTANCE
                    .classify(failure)
                    .notRetryable());
        }

        /**
         * Says where an exception carries an HTTP status, which is read by {@link Classification#ofHttpStatus(int,
         * Pushback)} with the pushback of the same exception.
         *
         * @param type the type, subtypes included
         * @param status returns the status; one below 400, or none as 0 or less, leaves the exception to the rules for
         *     its supertypes
         * @param <E> the type
         * @return this
         */
        public <E extends Throwable> Builder httpStatus(Class<E> type, ToIntFunction<? super E> status) {
            Objects.requireNonNull(status, "status");
            return put(type, (failure, pushback) -> {
                int code = status.applyAsInt(type.cast(failure));
                return code <= 0 ? null : Classification.ofHttpStatus(code, pushback);
            });
        }

        /**
         * Says where an exception carries a gRPC status, which is read by {@link Classification#ofGrpcStatus(int,
         * Pushback)} with the pushback of the same exception.
         *
         * @param type the type, subtypes included
         * @param status returns the number of the status; 0 leaves the exception to the rules for its supertypes
         * @param <E> the type
         * @return this
         */
        public <E extends Throwable> Builder grpcStatus(Class<E> type, ToIntFunction<? super E> status) {
            Objects.requireNonNull(status, "status");
            return put(
                    type,
                    (failure, pushback) ->
                            Classification.ofGrpcStatus(status.applyAsInt(type.cast(failure)), pushback));
        }

        /**
         * Says where an exception carries what the server asked for.
         *
         * @param type the type, subtypes included
         * @param pushback returns the pushback; {@code null} and {@link Pushback#none()} leave the exception to the
         *     pushback rules for its supertypes
         * @param <E> the type
         * @return this
         */
        public <E extends Throwable> Builder pushback(
                Class<E> type, Function<? super E, ? extends @Nullable Pushback> pushback) {
            Objects.requireNonNull(pushback, "pushback");
            pushbacks.put(Objects.requireNonNull(type, "type"), failure -> pushback.apply(type.cast(failure)));
            return this;
        }

        /**
         * Says that only the failure itself is looked at, not its causes.
         *
         * @return this
         */
        public Builder ignoreCauses() {
            causes = false;
            return this;
        }

        private Builder put(Class<?> type, TypedRules.Rule rule) {
            rules.put(Objects.requireNonNull(type, "type"), rule);
            return this;
        }

        /**
         * Builds the classifier from the rules so far.
         *
         * @return a new classifier, {@code null} from which means that no rule matches
         */
        public ErrorClassifier build() {
            return new TypedRules(rules, pushbacks, causes ? CauseChain.LONGEST : 1);
        }
    }
}
