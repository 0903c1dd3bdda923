package io.forbear.retry;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is retried, how often, how soon and for how long: the rules of a service without its state.
 *
 * <p>Immutable and thread-safe; {@link #defaults()} is safe to start with. The whole policy is checked by {@link
 * Builder#build()}, so that the methods of the builder may be called in any order.
 *
 * @since 0.1
 */
public final class RetryPolicy {

    /** Attempts where nothing is said: {@value}. */
    public static final int DEFAULT_MAX_ATTEMPTS = 3;

    /** Attempts of a {@link Criticality#SHEDDABLE} call where nothing is said: {@value}. */
    public static final int DEFAULT_SHEDDABLE_ATTEMPTS = 2;

    private static final RetryPolicy DEFAULTS = builder().build();

    private final int maxAttempts;
    private final Backoff backoff;
    private final Map<ErrorCategory, CategoryPolicy> categories;
    private final Map<Criticality, Integer> attemptsByCriticality;
    private final long deadlineNanos;
    private final long maxPushbackNanos;
    private final long maxPushbackOverBackoffNanos;
    private final ErrorClassifier classifier;
    private final @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier;
    private final boolean idempotent;
    private final boolean nestedRefused;
    private final boolean enabled;

    private RetryPolicy(Builder builder) {
        this.maxAttempts = builder.maxAttempts;
        this.backoff = builder.backoff;
        this.categories = new EnumMap<>(builder.categories);
        this.attemptsByCriticality = new EnumMap<>(builder.attemptsByCriticality);
        this.deadlineNanos = builder.deadlineNanos;
        this.maxPushbackNanos = builder.maxPushbackNanos;
        this.maxPushbackOverBackoffNanos = builder.maxPushbackOverBackoffNanos;
        this.classifier = builder.classifier;
        this.resultClassifier = builder.resultClassifier;
        this.idempotent = builder.idempotent;
        this.nestedRefused = builder.nestedRefused;
        this.enabled = builder.enabled;
    }

    /**
     * Returns the default policy: 3 attempts; exponential backoff from 50 ms to 20 s with full jitter, from 1 s after a
     * {@link ErrorCategory#RATE_LIMIT}; no deadline; {@link ErrorCategory#CLIENT_ERROR} not retried.
     *
     * @return the policy of {@code builder().build()}
     */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder that starts from this policy.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the most attempts of a call, the first included.
     *
     * @return at least 1
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * Returns the most attempts of a call of the given criticality whose last failure is of the given category: the least of
     * the three numbers.
     *
     * @param category the kind of the last failure
     * @param criticality how much the call matters
     * @return at least 1
     */
    public int maxAttempts(ErrorCategory category, Criticality criticality) {
        Integer byCategory = category(category).maxAttempts;
        int byCriticality = attemptsByCriticality.getOrDefault(criticality, maxAttempts);
        int least = Math.min(maxAttempts, byCriticality);
        return byCategory == null ? least : Math.min(least, byCategory);
    }

    /**
     * Tells whether failures of a category are retried, where their classification does not say otherwise.
     *
     * @param category the kind of failure
     * @return {@code true} if they are
     */
    public boolean isRetryable(ErrorCategory category) {
        Boolean given = category(category).retryable;
        return given == null ? category.isRetryableByDefault() : given;
    }

    /**
     * Returns the backoff of categories that have none of their own.
     *
     * @return the backoff
     */
    public Backoff backoff() {
        return backoff;
    }

    /**
     * Returns the backoff after failures of a category.
     *
     * @param category the kind of failure
     * @return the category's own backoff, else {@link #backoff()}
     */
    public Backoff backoff(ErrorCategory category) {
        Backoff own = category(category).backoff;
        return own == null ? backoff : own;
    }

    private CategoryPolicy category(ErrorCategory category) {
        return categories.getOrDefault(category, CategoryPolicy.UNCHANGED);
    }

    /**
     * Returns the most that a whole call may take, waits included.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} for no deadline
     */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * Returns the most that a server's pushback is heeded for; a longer one is taken for this.
     *
     * @return nanoseconds
     */
    public long maxPushbackNanos() {
        return maxPushbackNanos;
    }

    /**
     * Returns by how much a server's pushback may exceed the delay that the backoff drew; a longer one is taken for that.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} where {@link #maxPushbackNanos()} alone bounds it
     */
    public long maxPushbackOverBackoffNanos() {
        return maxPushbackOverBackoffNanos;
    }

    /**
     * Returns what tells the kind of a failure.
     *
     * @return the classifier
     */
    public ErrorClassifier classifier() {
        return classifier;
    }

    /**
     * Returns what tells whether a result is a failure.
     *
     * @return {@code null} where every result is a success
     */
    public @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier() {
        return resultClassifier;
    }

    /**
     * Tells whether operations may be carried out twice, where a call does not say otherwise.
     *
     * @return {@code true} by default
     */
    public boolean isIdempotent() {
        return idempotent;
    }

    /**
     * Tells whether a call inside a retry of an outer layer is not retried.
     *
     * @return {@code false} by default
     */
    public boolean isNestedRefused() {
        return nestedRefused;
    }

    /**
     * Tells whether retrying is on. Where it is off, calls are made once and neither counted nor refused.
     *
     * @return {@code true} by default
     */
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public String toString() {
        return "RetryPolicy(" + (enabled ? "" : "disabled, ") + "max attempts " + maxAttempts + ", " + backoff
                + ", deadline " + (deadlineNanos == Long.MAX_VALUE ? "none" : Duration.ofNanos(deadlineNanos)) + ")";
    }

    /**
     * Collects the settings of a policy.
     *
     * <p>Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
        private Backoff backoff = Backoff.exponential(Duration.ofMillis(50), Duration.ofSeconds(20));
        private final Map<ErrorCategory, CategoryPolicy> categories = new EnumMap<>(ErrorCategory.class);
        private final Map<Criticality, Integer> attemptsByCriticality = new EnumMap<>(Criticality.class);
        private long deadlineNanos = Long.MAX_VALUE;
        private long maxPushbackNanos = Duration.ofMinutes(1).toNanos();
        private long maxPushbackOverBackoffNanos = Long.MAX_VALUE;
        private ErrorClassifier classifier = ErrorClassifier.defaults();
        private @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier;
        private boolean idempotent = true;
        private boolean nestedRefused;
        private boolean enabled = true;

        private Builder() {
            on(
                    ErrorCategory.RATE_LIMIT,
                    p -> p.backoff(Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(20))));
            attemptsByCriticality.put(Criticality.SHEDDABLE, DEFAULT_SHEDDABLE_ATTEMPTS);
        }

        private Builder(RetryPolicy policy) {
            this.maxAttempts = policy.maxAttempts;
            this.backoff = policy.backoff;
            this.categories.putAll(policy.categories);
            this.attemptsByCriticality.putAll(policy.attemptsByCriticality);
            this.deadlineNanos = policy.deadlineNanos;
            this.maxPushbackNanos = policy.maxPushbackNanos;
            this.maxPushbackOverBackoffNanos = policy.maxPushbackOverBackoffNanos;
            this.classifier = policy.classifier;
            this.resultClassifier = policy.resultClassifier;
            this.idempotent = policy.idempotent;
            this.nestedRefused = policy.nestedRefused;
            this.enabled = policy.enabled;
        }

        /**
         * Sets the most attempts of a call; {@value RetryPolicy#DEFAULT_MAX_ATTEMPTS} by default.
         *
         * @param value total attempts, the first included; at least 1
         * @return this
         */
        public Builder maxAttempts(int value) {
            this.maxAttempts = value;
            return this;
        }

        /**
         * Sets the most attempts of calls of one criticality. It cuts {@link #maxAttempts(int)} and never raises it; {@value
         * RetryPolicy#DEFAULT_SHEDDABLE_ATTEMPTS} for {@link Criticality#SHEDDABLE} by default.
         *
         * @param criticality which calls
         * @param value total attempts, the first included; at least 1
         * @return this
         */
        public Builder maxAttempts(Criticality criticality, int value) {
            attemptsByCriticality.put(Objects.requireNonNull(criticality, "criticality"), value);
            return this;
        }

        /**
         * Sets the backoff; exponential from 50 ms to 20 s with full jitter by default.
         *
         * @param value the backoff of categories that have none of their own
         * @return this
         */
        public Builder backoff(Backoff value) {
            this.backoff = Objects.requireNonNull(value, "backoff");
            return this;
        }

        /**
         * Sets what differs for failures of one category.
         *
         * @param category which failures
         * @param change given what is set for the category so far, returns what holds
         * @return this
         */
        public Builder on(ErrorCategory category, UnaryOperator<CategoryPolicy> change) {
            Objects.requireNonNull(category, "category");
            CategoryPolicy now = categories.getOrDefault(category, CategoryPolicy.UNCHANGED);
            categories.put(category, Objects.requireNonNull(change.apply(now), "change"));
            return this;
        }

        /**
         * Takes back what was set for a category, the defaults included: it follows the rest of the policy.
         *
         * @param category which failures
         * @return this
         */
        public Builder reset(ErrorCategory category) {
            categories.remove(Objects.requireNonNull(category, "category"));
            return this;
        }

        /**
         * Sets the most that a whole call may take, waits included; none by default. A retry that would begin later is not
         * waited for.
         *
         * @param value more than zero
         * @return this
         */
        public Builder deadline(Duration value) {
            this.deadlineNanos = Checks.positiveNanos(value, "deadline");
            return this;
        }

        /**
         * Sets the most that a server's pushback is heeded for; one minute by default.
         *
         * @param value zero or more
         * @return this
         */
        public Builder maxPushback(Duration value) {
            this.maxPushbackNanos = Checks.nanos(value, "maxPushback");
            return this;
        }

        /**
         * Sets by how much a server's pushback may exceed the delay that the backoff drew, beside {@link #maxPushback}; by any amount by
         * default. With 5 s, a delay is {@code max(t, min(pushback, t + 5 s))}, the rule of the AWS SDKs.
         *
         * @param value zero or more
         * @return this
         * @throws IllegalArgumentException if the value is negative
         */
        public Builder maxPushbackOverBackoff(Duration value) {
            this.maxPushbackOverBackoffNanos = Checks.nanos(value, "maxPushbackOverBackoff");
            return this;
        }

        /**
         * Sets what tells the kind of a failure; {@link ErrorClassifier#defaults()} by default, which is also asked where
         * this has nothing to say.
         *
         * @param value the classifier
         * @return this
         */
        public Builder classifier(ErrorClassifier value) {
            this.classifier = Objects.requireNonNull(value, "classifier").orElse(ErrorClassifier.defaults());
            return this;
        }

        /**
         * Sets what tells whether a result is a failure; by default none is. The last such result is what the caller gets
         * where retries do not help. A second call replaces the first.
         *
         * <p>For responses of {@code java.net.http}: {@code classifyResult(HttpResponse.class, r ->
         * Classification.ofHttpStatus(r.statusCode()))}.
         *
         * @param type the results that are looked at
         * @param rule returns what kind of failure a result is, {@code null} for a success; where it throws, that is logged and the result is a
         *     success
         * @param <R> the type of the results
         * @return this
         */
        public <R> Builder classifyResult(Class<R> type, Function<? super R, ? extends @Nullable Classification> rule) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(rule, "rule");
            this.resultClassifier = result -> type.isInstance(result) ? rule.apply(type.cast(result)) : null;
            return this;
        }

        /**
         * Says that operations must not be carried out twice: they are retried only after failures of which it is certain
         * that the server did nothing. A call can say otherwise.
         *
         * @return this
         */
        public Builder nonIdempotent() {
            this.idempotent = false;
            return this;
        }

        /**
         * Says that calls inside a retry of an outer layer are not retried, so that layers add instead of multiply.
         *
         * @return this
         */
        public Builder refuseNested() {
            this.nestedRefused = true;
            return this;
        }

        /**
         * Switches retrying on or off; on by default.
         *
         * @param value {@code false} to make every call once
         * @return this
         */
        public Builder enabled(boolean value) {
            this.enabled = value;
            return this;
        }

        /**
         * Checks the settings and builds the policy.
         *
         * @return a new policy
         * @throws IllegalArgumentException if a setting is out of range; the message names it, its value and the rule
         */
        public RetryPolicy build() {
            Checks.atLeast(1, maxAttempts, "maxAttempts");
            attemptsByCriticality.forEach(
                    (criticality, value) -> Checks.atLeast(1, value, "maxAttempts(" + criticality + ")"));
            return new RetryPolicy(this);
        }
    }
}
