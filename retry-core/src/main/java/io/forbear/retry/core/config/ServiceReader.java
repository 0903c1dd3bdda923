package io.forbear.retry.core.config;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakerSpec;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.core.config.Values.Setting;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the settings of one service: its own, else those for all, else the specification's. */
final class ServiceReader {

    private static final BiFunction<Duration, Duration, Backoff> EXPONENTIAL = Backoff::exponential;

    private static final Map<String, BiFunction<Duration, Duration, Backoff>> STRATEGIES = Map.of(
            "exponential",
            EXPONENTIAL,
            "linear",
            Backoff::linear,
            "adaptive",
            Backoff::adaptive,
            "fixed",
            (base, max) -> Backoff.exponential(base, max).multiplier(1));

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String BUDGET_RULE = "none, a share of the calls such as 0.1 or 10%, or tokens such as 100";
    private static final String BREAKER_RULE = "on, off, or a failure rate from 0.000001 to 1";

    private final Values values;
    private final EnumMap<Key, String> common;
    private final EnumMap<Key, String> own;
    private final String prefix;

    ServiceReader(Values values, String service, EnumMap<Key, String> common, EnumMap<Key, String> own) {
        this.values = values;
        this.common = common;
        this.own = own;
        this.prefix = service.isEmpty() ? "" : "service." + service + ".";
    }

    private Setting setting(Key key) {
        return setting(key, own.get(key) != null);
    }

    private Setting setting(Key key, boolean isOwn) {
        return isOwn ? new Setting(prefix + key.text(), own.get(key)) : new Setting(key.text(), common.get(key));
    }

    ServiceConfig read(double replenishmentPerMinute) {
        RetryBudget.Spec budget = budget(replenishmentPerMinute);
        return new ServiceConfig(
                policy(),
                budget,
                breaker(),
                budget instanceof TokenBucketSpec
                        ? written(Key.RETRY_BUDGET, Key.REPLENISHMENT_RATE)
                        : written(Key.RETRY_BUDGET),
                written(
                        Key.CIRCUIT_BREAKER,
                        Key.CIRCUIT_BREAKER_WINDOW,
                        Key.CIRCUIT_BREAKER_MINIMUM_CALLS,
                        Key.CIRCUIT_BREAKER_OPEN_FOR));
    }

    private Map<String, String> written(Key... keys) {
        Map<String, String> written = new TreeMap<>();
        for (Key key : keys) {
            String value = setting(key).value();
            if (value != null) {
                written.put(key.text(), value.trim());
            }
        }
        return written;
    }

    private RetryPolicy policy() {
        RetryPolicy.Builder policy = RetryPolicy.builder()
                .reset(ErrorCategory.RATE_LIMIT)
                .maxAttempts(values.integer(setting(Key.MAX_ATTEMPTS), 1, RetryPolicy.DEFAULT_MAX_ATTEMPTS))
                .backoff(backoff())
                .enabled(values.flag(setting(Key.ENABLED), true));
        Setting deadline = setting(Key.DEADLINE);
        if (deadline.value() != null) {
            policy.deadline(values.duration(deadline, Duration.ofMillis(1), Duration.ofDays(1)));
        }
        if (!values.flag(setting(Key.IDEMPOTENT), true)) {
            policy.nonIdempotent();
        }
        if (values.flag(setting(Key.REFUSE_NESTED), false)) {
            policy.refuseNested();
        }
        return policy.build();
    }

    private Backoff backoff() {
        Setting longest = setting(Key.MAX_DELAY);
        Duration base = values.duration(setting(Key.BASE_DELAY), Duration.ZERO, Duration.ofMillis(100));
        Duration max = values.duration(longest, Duration.ZERO, LONGEST);
        if (longest.value() == null && base.compareTo(LONGEST) > 0) {
            max = base; // one setting alone is never wrong because of the default of another
        } else if (max.compareTo(base) < 0) {
            values.wrong(longest.key(), Values.text(max), ">= base-delay, " + Values.text(base));
            max = base;
        }
        BiFunction<Duration, Duration, Backoff> strategy =
                values.choice(setting(Key.STRATEGY), EXPONENTIAL, STRATEGIES);
        double multiplier = values.number(setting(Key.MULTIPLIER), 1, Double.MAX_VALUE, 2);
        Backoff backoff = strategy.apply(base, max);
        boolean grows = strategy == EXPONENTIAL || backoff.isAdaptive();
        return (grows ? backoff.multiplier(multiplier) : backoff).jitter(jitter());
    }

    /** The two keys for jitter exclude each other; a service's own, whichever it is, replaces the one for all. */
    private Jitter jitter() {
        boolean hasOwn = own.get(Key.JITTER) != null || own.get(Key.JITTER_FACTOR) != null;
        Setting factor = setting(Key.JITTER_FACTOR, hasOwn);
        Jitter byFactor = Jitter.clamped(values.number(factor, 0, 1, 0.1));
        Setting named = setting(Key.JITTER, hasOwn);
        if (named.value() != null && factor.value() != null) {
            values.wrong(named.key(), named.value(), "nothing beside jitter-factor");
        }
        return values.choice(
                named,
                byFactor,
                Map.of(
                        "none", Jitter.none(),
                        "full", Jitter.full(),
                        "equal", Jitter.equal(),
                        "decorrelated", Jitter.decorrelated()));
    }

    private RetryBudget.@Nullable Spec budget(double replenishmentPerMinute) {
        Setting setting = setting(Key.RETRY_BUDGET);
        if (setting.value() == null || setting.value().trim().equalsIgnoreCase("none")) {
            return null;
        }
        return values.read(setting, RetryBudgets.none(), BUDGET_RULE, text -> budget(text, replenishmentPerMinute));
    }

    private static RetryBudget.@Nullable Spec budget(String text, double replenishmentPerMinute) {
        if (text.endsWith("%")) {
            return ratio(Double.parseDouble(text.substring(0, text.length() - 1)) / 100);
        }
        if (text.indexOf('.') >= 0) {
            return ratio(Double.parseDouble(text));
        }
        int tokens = Integer.parseInt(text);
        if (tokens < 1) {
            return null;
        }
        TokenBucketSpec bucket = RetryBudgets.tokenBucket(tokens);
        return replenishmentPerMinute == 0
                ? bucket.refill(0.001, Duration.ofDays(365))
                : bucket.refill(replenishmentPerMinute, Duration.ofMinutes(1));
    }

    private static RetryBudget.@Nullable Spec ratio(double share) {
        return share > 0 && share <= 1 ? RetryBudgets.ratio(share) : null;
    }

    private CircuitBreaker.@Nullable Spec breaker() {
        Duration window =
                values.duration(setting(Key.CIRCUIT_BREAKER_WINDOW), Duration.ofMillis(100), Duration.ofSeconds(4));
        int minimum = values.integer(setting(Key.CIRCUIT_BREAKER_MINIMUM_CALLS), 1, 20);
        Duration open =
                values.duration(setting(Key.CIRCUIT_BREAKER_OPEN_FOR), Duration.ofMillis(1), Duration.ofSeconds(1));
        Setting rate = setting(Key.CIRCUIT_BREAKER);
        double failures = values.read(rate, 0.0, BREAKER_RULE, ServiceReader::failureRate);
        if (failures == 0) {
            return null;
        }
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(failures);
        return spec.window(window).minimumCalls(minimum).openFor(open);
    }

    private static @Nullable Double failureRate(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "off":
                return 0.0;
            case "on":
                return 0.5;
            default:
                double rate = Double.parseDouble(text);
                return rate >= 0.000001 && rate <= 1 ? rate : null;
        }
    }
}
