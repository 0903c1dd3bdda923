package io.forbear.retry.core.config;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.config.PolicyKeys.Jittered;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.function.BiFunction;

/**
 * Reads the backoffs of a policy: the one that holds after every failure, and those of the categories for which a key
 * is set. What a category has not set is that of the others.
 */
final class BackoffReader {

    private final Effective settings;

    BackoffReader(Effective settings) {
        this.settings = settings;
    }

    void read(RetryPolicy.Builder policy) {
        Range range = range();
        policy.backoff(
                form(PolicyKeys.STRATEGY, PolicyKeys.MULTIPLIER, jitter()).apply(range.base, range.max));
        for (ErrorCategory category : ErrorCategory.values()) {
            if (isSet(category)) {
                Backoff own = of(category, range);
                policy.on(category, rules -> rules.backoff(own));
            }
        }
    }

    /**
     * The delays of a backoff.
     *
     * @param base the first
     * @param max the longest
     */
    private record Range(Duration base, Duration max) {}

    /** A setting alone is never wrong because of the default of another one, which gives way. */
    private Range range() {
        Duration base = settings.getOr(PolicyKeys.BASE_DELAY, Duration.ZERO);
        Duration max = settings.getOr(PolicyKeys.MAX_DELAY, base);
        if (max.compareTo(base) >= 0) {
            return new Range(base, max);
        }
        if (settings.isWritten(PolicyKeys.BASE_DELAY) && settings.isWritten(PolicyKeys.MAX_DELAY)) {
            wrongMax(PolicyKeys.MAX_DELAY, max, PolicyKeys.BASE_DELAY, base);
        }
        return settings.isWritten(PolicyKeys.BASE_DELAY) ? new Range(base, base) : new Range(max, max);
    }

    private void wrongMax(Key<Duration> maxKey, Duration max, Key<Duration> baseKey, Duration base) {
        settings.wrong(maxKey, Values.text(max), ">= " + baseKey.text + ", " + Values.text(base));
    }

    private boolean isSet(ErrorCategory category) {
        return settings.isSet(PolicyKeys.STRATEGY_AFTER.of(category))
                || settings.isSet(PolicyKeys.BASE_DELAY_AFTER.of(category))
                || settings.isSet(PolicyKeys.MAX_DELAY_AFTER.of(category))
                || settings.isSet(PolicyKeys.MULTIPLIER_AFTER.of(category))
                || settings.isSet(PolicyKeys.JITTER_AFTER.of(category))
                || settings.isSet(PolicyKeys.JITTER_FACTOR_AFTER.of(category));
    }

    private Backoff of(ErrorCategory category, Range general) {
        Range range = range(category, general);
        Key<Strategy> strategy = PolicyKeys.STRATEGY_AFTER.of(category);
        Key<Double> multiplier = PolicyKeys.MULTIPLIER_AFTER.of(category);
        Key<Jittered> jitter = PolicyKeys.JITTER_AFTER.of(category);
        Key<Double> factor = PolicyKeys.JITTER_FACTOR_AFTER.of(category);
        boolean ownJitter = settings.isSet(jitter) || settings.isSet(factor);
        return form(
                        settings.isSet(strategy) ? strategy : PolicyKeys.STRATEGY,
                        settings.isSet(multiplier) ? multiplier : PolicyKeys.MULTIPLIER,
                        ownJitter ? jitter(jitter, factor) : jitter())
                .apply(range.base, range.max);
    }

    /** A first delay that the preset has for a category is never below the general one, nor above its maximum. */
    private Range range(ErrorCategory category, Range general) {
        Key<Duration> baseKey = PolicyKeys.BASE_DELAY_AFTER.of(category);
        Key<Duration> maxKey = PolicyKeys.MAX_DELAY_AFTER.of(category);
        Duration base = settings.getOr(baseKey, general.base);
        if (!settings.isWritten(baseKey)) {
            base = longer(base, general.base);
        }
        boolean ownMax = settings.isSet(maxKey);
        Key<Duration> bound = ownMax ? maxKey : PolicyKeys.MAX_DELAY;
        Duration max = ownMax ? settings.getOr(maxKey, general.max) : general.max;
        if (max.compareTo(base) >= 0) {
            return new Range(base, max);
        }
        if (settings.isWritten(baseKey) && settings.isWritten(bound)) {
            wrongMax(bound, max, baseKey, base);
        }
        return settings.isWritten(bound) ? new Range(max, max) : new Range(base, base);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Returns a function that makes a backoff of a base and a maximum: strategy, multiplier and jitter are fixed. */
    private BiFunction<Duration, Duration, Backoff> form(Key<Strategy> strategyKey, Key<Double> factor, Jitter jitter) {
        Strategy strategy = settings.getOr(strategyKey, Strategy.EXPONENTIAL);
        double multiplier = settings.getOr(factor, 2.0);
        if (!strategy.grows() && multiplier != 1) {
            settings.refuseBeside(factor, strategyKey);
        }
        return (base, max) -> {
            Backoff backoff = strategy.of(base, max);
            return (strategy.grows() ? backoff.multiplier(multiplier) : backoff).jitter(jitter);
        };
    }

    private Jitter jitter() {
        return jitter(PolicyKeys.JITTER, PolicyKeys.JITTER_FACTOR);
    }

    /**
     * A word that takes a factor has that of the other key, wherever that is written. Any other word and a factor
     * exclude each other in one place; of two places, the stronger one holds.
     */
    private Jitter jitter(Key<Jittered> word, Key<Double> factor) {
        Jittered jittered = settings.get(word);
        double width = settings.getOr(factor, 0.0);
        if (jittered != null && jittered.takesFactor()) {
            if (!settings.isSet(factor)) {
                settings.wrong(word, factor.text + " beside it");
            }
            return jittered.of(width);
        }
        Setting named = settings.setting(word);
        Setting given = settings.setting(factor);
        if (named.isWritten() && given.isWritten() && named.rank() == given.rank()) {
            settings.wrong(word, "nothing beside " + factor.text);
        }
        return jittered == null || given.rank() > named.rank() ? Jitter.clamped(width) : jittered.of(width);
    }
}
