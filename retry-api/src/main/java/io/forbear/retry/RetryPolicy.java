package io.forbear.retry;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.internal.Checks;
import io.forbear.retry.internal.TypeTable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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
    private final TypeTable<Function<Object, @Nullable Classification>> resultRules;
    private final @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier;
    private final TypeTable<Consumer<Object>> discardRules;
    private final long attemptTimeoutNanos;
    private final boolean interruptedOnTimeout;
    private final PushbackBeyond pushbackBeyond;
    private final boolean failedResultsThrown;
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
        this.resultRules = builder.resultRules;
        this.resultClassifier = resultClassifier(resultRules);
        this.discardRules = builder.discardRules;
        this.attemptTimeoutNanos = builder.attemptTimeoutNanos;
        this.interruptedOnTimeout = builder.interruptedOnTimeout;
        this.pushbackBeyond = builder.pushbackBeyond;
        this.failedResultsThrown = builder.failedResultsThrown;
        this.idempotent = builder.idempotent;
        this.nestedRefused = builder.nestedRefused;
        this.enabled = builder.enabled;
    }

    private static @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier(
            TypeTable<Function<Object, @Nullable Classification>> rules) {
        if (rules.isEmpty()) {
            return null;
        }
        return result -> {
            Classification found = result == null ? null : rules.first(result, rule -> rule.apply(result));
            return found == null || found.isSuccess() ? null : found;
        };
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
     * Returns the most attempts of a call of the given criticality whose last failure is of the given category: the
     * least of the three numbers.
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
     * Returns the most that one attempt may take.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} for no limit
     */
    public long attemptTimeoutNanos() {
        return attemptTimeoutNanos;
    }

    /**
     * Tells whether a blocking attempt is interrupted when its time is over.
     *
     * @return {@code false} by default
     */
    public boolean isInterruptedOnTimeout() {
        return interruptedOnTimeout;
    }

    /**
     * Returns the longest wait that a server may ask for; {@link #pushbackBeyond()} says what happens beyond it.
     *
     * @return nanoseconds
     */
    public long maxPushbackNanos() {
        return maxPushbackNanos;
    }

    /**
     * Returns what a call does where a server asks for a longer wait than {@link #maxPushbackNanos()}.
     *
     * @return {@link PushbackBeyond#GIVE_UP} by default
     */
    public PushbackBeyond pushbackBeyond() {
        return pushbackBeyond;
    }

    /**
     * Returns by how much a server's pushback may exceed the delay that the backoff drew; a longer one is taken for
     * that.
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
     * Returns the rule by which a result is discarded that no caller gets.
     *
     * @param result the result
     * @return the rule of {@link Builder#onDiscard} for the most specific type, {@code null} where there is none
     */
    public @Nullable Consumer<Object> discardRule(Object result) {
        return discardRules.<Consumer<Object>>first(result, rule -> rule);
    }

    /**
     * Tells whether a call that ends with a failed result throws {@link FailedResultException}.
     *
     * @return {@code false} by default: the caller gets the last result
     */
    public boolean isFailedResultThrown() {
        return failedResultsThrown;
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
        private TypeTable<Function<Object, @Nullable Classification>> resultRules = TypeTable.empty();
        private TypeTable<Consumer<Object>> discardRules = TypeTable.empty();
        private long attemptTimeoutNanos = Long.MAX_VALUE;
        private boolean interruptedOnTimeout;
        private PushbackBeyond pushbackBeyond = PushbackBeyond.GIVE_UP;
        private boolean failedResultsThrown;
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
            this.resultRules = policy.resultRules;
            this.discardRules = policy.discardRules;
            this.attemptTimeoutNanos = policy.attemptTimeoutNanos;
            this.interruptedOnTimeout = policy.interruptedOnTimeout;
            this.pushbackBeyond = policy.pushbackBeyond;
            this.failedResultsThrown = policy.failedResultsThrown;
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
         * Sets the most attempts of calls of one criticality. It cuts {@link #maxAttempts(int)} and never raises it;
         * {@value RetryPolicy#DEFAULT_SHEDDABLE_ATTEMPTS} for {@link Criticality#SHEDDABLE} by default.
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
         * Sets the most that a whole call may take, waits included; none by default. A retry that would begin later is
         * not waited for.
         *
         * <p>An asynchronous call ends at its deadline: the attempt that is under way is cancelled, and the future
         * fails with a {@link java.util.concurrent.TimeoutException}. A blocking attempt runs on the caller's thread
         * and is not cut short, unless {@link #interruptOnTimeout()} is set; {@code Retries.remaining} tells it how
         * much time is left.
         *
         * @param value more than zero
         * @return this
         */
        public Builder deadline(Duration value) {
            this.deadlineNanos = Checks.positiveNanos(value, "deadline");
            return this;
        }

        /**
         * Sets the most that one attempt may take; no limit by default.
         *
         * <p>An asynchronous attempt that takes longer is cancelled and counts as a failure of category {@link
         * ErrorCategory#TIMEOUT}: its result, should there be one later, is {@linkplain #onDiscard discarded}. A
         * blocking attempt is not cut short, unless {@link #interruptOnTimeout()} is set; {@code Retries.remaining}
         * tells it how much time is left.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if the value is not above zero
         */
        public Builder attemptTimeout(Duration value) {
            this.attemptTimeoutNanos = Checks.positiveNanos(value, "attemptTimeout");
            return this;
        }

        /**
         * Says that the thread of a blocking attempt is interrupted when the time of the attempt, or of the call, is
         * over. The attempt then counts as a failure of category {@link ErrorCategory#TIMEOUT}, whatever it threw on
         * the interrupt, and the interrupt flag is clear again. An {@link Error} that is not caused by the interrupt
         * stays what it is, and is not retried. An attempt that ignores interrupts is waited for.
         *
         * @return this
         */
        public Builder interruptOnTimeout() {
            this.interruptedOnTimeout = true;
            return this;
        }

        /**
         * Sets the longest wait that a server may ask for; one minute by default. Where it asks for more, the call
         * ends, or waits so long and no longer: see {@link #pushbackBeyond}.
         *
         * @param value zero or more
         * @return this
         */
        public Builder maxPushback(Duration value) {
            this.maxPushbackNanos = Checks.nanos(value, "maxPushback");
            return this;
        }

        /**
         * Sets what a call does where a server asks for a longer wait than {@link #maxPushback}; {@link
         * PushbackBeyond#GIVE_UP} by default.
         *
         * @param value whether to end the call or to wait for the longest time that is allowed
         * @return this
         */
        public Builder pushbackBeyond(PushbackBeyond value) {
            this.pushbackBeyond = Objects.requireNonNull(value, "pushbackBeyond");
            return this;
        }

        /**
         * Sets by how much a server's pushback may exceed the delay that the backoff drew; by any amount by default.
         * With 5 s, a delay is {@code max(t, min(pushback, t + 5 s))}, the rule of the AWS SDKs. A longer pushback is
         * then always cut, as {@link PushbackBeyond#CUT} does.
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
         * Sets what tells the kind of a failure; {@link ErrorClassifier#defaults()} by default, which is also asked
         * where this has nothing to say.
         *
         * @param value the classifier
         * @return this
         */
        public Builder classifier(ErrorClassifier value) {
            this.classifier = Objects.requireNonNull(value, "classifier").orElse(ErrorClassifier.defaults());
            return this;
        }

        /**
         * Sets what tells whether a result is a failure; by default none is. The last such result is what the caller
         * gets where retries do not help. There may be rules for several types: of those that match a result the one
         * for the most specific type is asked first, and where it answers {@code null} the next. A second rule for the
         * same type replaces the first.
         *
         * <p>For responses of {@code java.net.http}: {@code classifyResult(HttpResponse.class, r ->
         * Classification.ofHttpStatus(r.statusCode()))}.
         *
         * @param type the results that are looked at
         * @param rule returns what kind of failure a result is, {@code null} or a success where it is none; where it
         *     throws, that is logged and the result is a success
         * @param <R> the type of the results
         * @return this
         */
        public <R> Builder classifyResult(Class<R> type, Function<? super R, ? extends @Nullable Classification> rule) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(rule, "rule");
            resultRules = resultRules.with(type, result -> rule.apply(type.cast(result)));
            return this;
        }

        /**
         * Sets what is done with a result that no caller gets: one that was judged a failure and is retried, before the
         * wait begins; and one that comes after its attempt was given up. Of the rules that match, the one for the most
         * specific type is used; what it throws is logged.
         *
         * <p>Without a rule, an {@link AutoCloseable} is closed. Of a response of {@code java.net.http} the body is: if
         * it is a stream, up to a mebibyte is read first, so that its connection can be used again. A caller never gets
         * a discarded result: where no further attempt is made after all, the call throws {@link
         * FailedResultException}.
         *
         * @param type the results
         * @param rule lets go of a result, such as of its connection; must not block for long
         * @param <R> the type of the results
         * @return this
         */
        public <R> Builder onDiscard(Class<R> type, Consumer<? super R> rule) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(rule, "rule");
            discardRules = discardRules.with(type, result -> rule.accept(type.cast(result)));
            return this;
        }

        /**
         * Says that a call which ends with a result that {@link #classifyResult} calls a failure throws {@link
         * FailedResultException}. Otherwise the caller gets the last result.
         *
         * @return this
         */
        public Builder throwFailedResults() {
            this.failedResultsThrown = true;
            return this;
        }

        /**
         * Says that operations must not be carried out twice: they are retried only after failures of which it is
         * certain that the server did nothing. A call can say otherwise.
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
