package io.forbear.retry;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Collections;
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
    /*
     * Size       over 400 lines, of which more than half document one setting each. The fields, their defaults and what
     *            follows from them are in PolicySettings.
     */

    /** Attempts where nothing is said: {@value}. */
    public static final int DEFAULT_MAX_ATTEMPTS = 3;

    /** Attempts of a {@link Criticality#SHEDDABLE} call where nothing is said: {@value}. */
    public static final int DEFAULT_SHEDDABLE_ATTEMPTS = 2;

    private static final RetryPolicy DEFAULTS = builder().build();

    private final PolicySettings settings;
    private final @Nullable Function<@Nullable Object, @Nullable Classification> resultClassifier;

    private RetryPolicy(PolicySettings settings) {
        this.settings = settings;
        this.resultClassifier = settings.resultClassifier();
    }

    /**
     * Returns the default policy: 3 attempts; exponential backoff from 100 ms to 20 s with equal jitter, from 1 s after
     * a {@link ErrorCategory#RATE_LIMIT}; no deadline; {@link ErrorCategory#CLIENT_ERROR} not retried.
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
        return new Builder(new PolicySettings());
    }

    /**
     * Returns a builder that starts from this policy.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(new PolicySettings(settings));
    }

    /**
     * Returns the most attempts of a call, the first included.
     *
     * @return at least 1
     */
    public int maxAttempts() {
        return settings.maxAttempts;
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
        return settings.maxAttempts(category, criticality);
    }

    /**
     * Tells whether failures of a category are retried, where their classification does not say otherwise.
     *
     * @param category the kind of failure
     * @return {@code true} if they are
     */
    public boolean isRetryable(ErrorCategory category) {
        return settings.isRetryable(category);
    }

    /**
     * Returns what is said of HTTP statuses by {@link Builder#retryOnStatus} and {@link Builder#neverOnStatus}.
     *
     * @return by status, whether failures that came with it are retried; unmodifiable, in order
     */
    public Map<Integer, Boolean> retryableByStatus() {
        return Collections.unmodifiableMap(settings.statuses);
    }

    /**
     * Tells whether a failure is of a kind that is retried: by its HTTP status where this policy says something of
     * that, else as the classification itself says, else by its category.
     *
     * @param failure what is known of a failure
     * @return {@code true} if it is
     */
    public boolean isRetryable(Classification failure) {
        Boolean byStatus = settings.statuses.get(failure.httpStatus());
        return byStatus == null ? failure.isRetryable(isRetryable(failure.category())) : byStatus;
    }

    /**
     * Returns the backoff of categories that have none of their own.
     *
     * @return the backoff
     */
    public Backoff backoff() {
        return settings.backoff;
    }

    /**
     * Returns the backoff after failures of a category.
     *
     * @param category the kind of failure
     * @return the category's own backoff, else {@link #backoff()}
     */
    public Backoff backoff(ErrorCategory category) {
        return settings.backoff(category);
    }

    /**
     * Returns the most that a whole call may take, waits included.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} for no deadline
     */
    public long deadlineNanos() {
        return settings.deadlineNanos;
    }

    /**
     * Returns the most that one attempt may take.
     *
     * @return nanoseconds, {@link Long#MAX_VALUE} for no limit
     */
    public long attemptTimeoutNanos() {
        return settings.attemptTimeoutNanos;
    }

    /**
     * Tells whether a blocking attempt is interrupted when its time is over.
     *
     * @return {@code false} by default
     */
    public boolean isInterruptedOnTimeout() {
        return settings.interruptedOnTimeout;
    }

    /**
     * Returns how far a call follows a server that asks for a wait.
     *
     * @return one minute at most, and the call ends beyond it, by default
     */
    public PushbackPolicy pushback() {
        return settings.pushback;
    }

    /**
     * Returns what tells the kind of a failure.
     *
     * @return the classifier
     */
    public ErrorClassifier classifier() {
        return settings.classifier;
    }

    /**
     * Returns what tells whether a result is a failure: it answers {@code null} for one of which no rule says anything.
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
        return settings.discardRules.<Consumer<Object>>first(result, rule -> rule);
    }

    /**
     * Tells whether a call that ends with a failed result throws {@link FailedResultException}.
     *
     * @return {@code false} by default: the caller gets the last result
     */
    public boolean isFailedResultThrown() {
        return settings.failedResultsThrown;
    }

    /**
     * Tells whether operations may be carried out twice, where a call does not say otherwise.
     *
     * @return {@code true} by default
     */
    public boolean isIdempotent() {
        return settings.idempotent;
    }

    /**
     * Tells whether a call inside a retry of an outer layer is not retried.
     *
     * @return {@code false} by default
     */
    public boolean isNestedRefused() {
        return settings.nestedRefused;
    }

    /**
     * Tells whether retrying is on. Where it is off, calls are made once and neither counted nor refused.
     *
     * @return {@code true} by default
     */
    public boolean isEnabled() {
        return settings.enabled;
    }

    @Override
    public String toString() {
        return "RetryPolicy(" + (settings.enabled ? "" : "disabled, ") + "max attempts "
                + settings.maxAttempts + ", " + settings.backoff
                + ", deadline "
                + (settings.deadlineNanos == Long.MAX_VALUE ? "none" : Duration.ofNanos(settings.deadlineNanos)) + ")";
    }

    /**
     * Collects the settings of a policy.
     *
     * <p>Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final PolicySettings settings;

        private Builder(PolicySettings settings) {
            this.settings = settings;
        }

        /**
         * Sets the most attempts of a call; {@value RetryPolicy#DEFAULT_MAX_ATTEMPTS} by default.
         *
         * @param value total attempts, the first included; at least 1
         * @return this
         */
        public Builder maxAttempts(int value) {
            settings.maxAttempts = value;
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
            settings.attemptsByCriticality.put(Objects.requireNonNull(criticality, "criticality"), value);
            return this;
        }

        /**
         * Sets the backoff; exponential from 100 ms to 20 s with equal jitter by default.
         *
         * @param value the backoff of categories that have none of their own
         * @return this
         */
        public Builder backoff(Backoff value) {
            settings.backoff = Objects.requireNonNull(value, "backoff");
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
            CategoryPolicy now = settings.category(category);
            settings.categories.put(category, Objects.requireNonNull(change.apply(now), "change"));
            return this;
        }

        /**
         * Takes back what was set for a category, the defaults included: it follows the rest of the policy.
         *
         * @param category which failures
         * @return this
         */
        public Builder reset(ErrorCategory category) {
            settings.categories.remove(Objects.requireNonNull(category, "category"));
            return this;
        }

        /**
         * Says that failures that came with one of these HTTP statuses are retried, whatever the classification or the
         * category of the failure says. Statuses are known of responses that an HTTP adapter has judged, of {@link
         * Classification#ofHttpStatus}, and of exceptions whose message tells it. A server that asks not to be called
         * again still has its way, and what is not idempotent is still not repeated.
         *
         * @param statuses each from 400 to 599
         * @return this
         * @throws IllegalArgumentException if one is out of range; nothing is changed then
         */
        public Builder retryOnStatus(int... statuses) {
            settings.status(statuses, true);
            return this;
        }

        /**
         * Says that failures that came with one of these HTTP statuses are never retried. Of this and {@link
         * #retryOnStatus} the later holds for a status.
         *
         * @param statuses each from 400 to 599
         * @return this
         * @throws IllegalArgumentException if one is out of range; nothing is changed then
         */
        public Builder neverOnStatus(int... statuses) {
            settings.status(statuses, false);
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
            settings.deadlineNanos = Checks.positiveNanos(value, "deadline");
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
            settings.attemptTimeoutNanos = Checks.positiveNanos(value, "attemptTimeout");
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
            settings.interruptedOnTimeout = true;
            return this;
        }

        /**
         * Sets how far a call follows a server that asks for a wait; by default up to one minute, and where a server
         * asks for more the call ends: {@code pushback(p -> p.max(Duration.ofSeconds(30)).beyond(PushbackBeyond.CUT))}.
         *
         * @param change given what is set so far, returns what holds
         * @return this
         */
        public Builder pushback(UnaryOperator<PushbackPolicy> change) {
            settings.pushback = Objects.requireNonNull(change.apply(settings.pushback), "change");
            return this;
        }

        /**
         * Sets the longest wait that a server may ask for; one minute by default. See {@link PushbackPolicy#max}.
         *
         * @param value zero or more
         * @return this
         * @throws IllegalArgumentException if the value is negative
         */
        public Builder maxPushback(Duration value) {
            return pushback(now -> now.max(value));
        }

        /**
         * Sets what a call does where a server asks for a longer wait; see {@link PushbackPolicy#beyond}.
         *
         * @param value whether to end the call or to wait for the longest time that is allowed
         * @return this
         */
        public Builder pushbackBeyond(PushbackBeyond value) {
            return pushback(now -> now.beyond(value));
        }

        /**
         * Sets by how much a pushback may exceed the backoff; see {@link PushbackPolicy#maxOverBackoff}.
         *
         * @param value zero or more
         * @return this
         * @throws IllegalArgumentException if the value is negative
         */
        public Builder maxPushbackOverBackoff(Duration value) {
            return pushback(now -> now.maxOverBackoff(value));
        }

        /**
         * Sets what tells the kind of a failure; {@link ErrorClassifier#defaults()} by default, which is also asked
         * where this has nothing to say.
         *
         * @param value the classifier
         * @return this
         */
        public Builder classifier(ErrorClassifier value) {
            settings.classifier = Objects.requireNonNull(value, "classifier").orElse(ErrorClassifier.defaults());
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
            settings.resultRules = settings.resultRules.with(type, result -> rule.apply(type.cast(result)));
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
            settings.discardRules = settings.discardRules.with(type, result -> rule.accept(type.cast(result)));
            return this;
        }

        /**
         * Says that a call which ends with a result that {@link #classifyResult} calls a failure throws {@link
         * FailedResultException}. Otherwise the caller gets the last result.
         *
         * @return this
         */
        public Builder throwFailedResults() {
            settings.failedResultsThrown = true;
            return this;
        }

        /**
         * Says that operations must not be carried out twice: they are retried only after failures of which it is
         * certain that the server did nothing. A call can say otherwise.
         *
         * @return this
         */
        public Builder nonIdempotent() {
            settings.idempotent = false;
            return this;
        }

        /**
         * Says that calls inside a retry of an outer layer are not retried, so that layers add instead of multiply.
         *
         * @return this
         */
        public Builder refuseNested() {
            settings.nestedRefused = true;
            return this;
        }

        /**
         * Switches retrying on or off; on by default.
         *
         * @param value {@code false} to make every call once
         * @return this
         */
        public Builder enabled(boolean value) {
            settings.enabled = value;
            return this;
        }

        /**
         * Checks the settings and builds the policy.
         *
         * @return a new policy
         * @throws IllegalArgumentException if a setting is out of range; the message names it, its value and the rule
         */
        public RetryPolicy build() {
            settings.check();
            return new RetryPolicy(new PolicySettings(settings));
        }
    }
}
