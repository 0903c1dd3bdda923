package io.forbear.retry;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.internal.Checks;
import io.forbear.retry.internal.TypeTable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link RetryPolicy}: each field once, with its default. A builder changes its own copy; a policy
 * holds a copy that nothing changes any more, so it is safe to share.
 */
final class PolicySettings {

    int maxAttempts = RetryPolicy.DEFAULT_MAX_ATTEMPTS;
    final Map<Criticality, Integer> attemptsByCriticality = new EnumMap<>(Criticality.class);
    Backoff backoff =
            Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20)).jitter(Jitter.equal());
    final Map<ErrorCategory, CategoryPolicy> categories = new EnumMap<>(ErrorCategory.class);
    final Map<Integer, Boolean> statuses = new TreeMap<>();
    long deadlineNanos = Long.MAX_VALUE;
    long attemptTimeoutNanos = Long.MAX_VALUE;
    boolean interruptedOnTimeout;
    PushbackPolicy pushback = PushbackPolicy.DEFAULTS;
    ErrorClassifier classifier = ErrorClassifier.defaults();
    TypeTable<Function<Object, @Nullable Classification>> resultRules = TypeTable.empty();
    TypeTable<Consumer<Object>> discardRules = TypeTable.empty();
    boolean failedResultsThrown;
    boolean idempotent = true;
    boolean nestedRefused;
    boolean enabled = true;

    /** Makes the defaults. */
    PolicySettings() {
        attemptsByCriticality.put(Criticality.SHEDDABLE, RetryPolicy.DEFAULT_SHEDDABLE_ATTEMPTS);
        categories.put(
                ErrorCategory.RATE_LIMIT,
                CategoryPolicy.UNCHANGED.backoff(Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(20))
                        .jitter(Jitter.equal())));
    }

    /** Makes a copy. */
    PolicySettings(PolicySettings from) {
        this.maxAttempts = from.maxAttempts;
        this.attemptsByCriticality.putAll(from.attemptsByCriticality);
        this.backoff = from.backoff;
        this.categories.putAll(from.categories);
        this.statuses.putAll(from.statuses);
        this.deadlineNanos = from.deadlineNanos;
        this.attemptTimeoutNanos = from.attemptTimeoutNanos;
        this.interruptedOnTimeout = from.interruptedOnTimeout;
        this.pushback = from.pushback;
        this.classifier = from.classifier;
        this.resultRules = from.resultRules;
        this.discardRules = from.discardRules;
        this.failedResultsThrown = from.failedResultsThrown;
        this.idempotent = from.idempotent;
        this.nestedRefused = from.nestedRefused;
        this.enabled = from.enabled;
    }

    /** Checks what only the whole can tell, so that setters may be called in any order. */
    void check() {
        Checks.atLeast(1, maxAttempts, "maxAttempts");
        attemptsByCriticality.forEach(
                (criticality, value) -> Checks.atLeast(1, value, "maxAttempts(" + criticality + ")"));
    }

    CategoryPolicy category(ErrorCategory category) {
        return categories.getOrDefault(category, CategoryPolicy.UNCHANGED);
    }

    /** Returns the least of the numbers that hold for a failure of a call. */
    int maxAttempts(ErrorCategory category, Criticality criticality) {
        int least = Math.min(maxAttempts, attemptsByCriticality.getOrDefault(criticality, maxAttempts));
        Integer byCategory = category(category).maxAttempts;
        return byCategory == null ? least : Math.min(least, byCategory);
    }

    boolean isRetryable(ErrorCategory category) {
        Boolean given = category(category).retryable;
        return given == null ? category.isRetryableByDefault() : given;
    }

    void status(int[] given, boolean retried) {
        for (int status : given) {
            Checks.between(400, 599, status, "status");
        }
        for (int status : given) {
            statuses.put(status, retried);
        }
    }

    Backoff backoff(ErrorCategory category) {
        Backoff own = category(category).backoff;
        return own == null ? backoff : own;
    }

    /** Returns one function for all rules for results, {@code null} where there is none. */
    @Nullable
    Function<@Nullable Object, @Nullable Classification> resultClassifier() {
        TypeTable<Function<Object, @Nullable Classification>> rules = resultRules;
        if (rules.isEmpty()) {
            return null;
        }
        return result -> result == null ? null : rules.first(result, rule -> rule.apply(result));
    }
}
