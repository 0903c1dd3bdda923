package io.forbear.retry.core.config;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.PushbackBeyond;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakerSpec;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings of one service: of each key its own, else that for all services, else that of the preset. */
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

    private static final Key[] DELAYS = {
        Key.BASE_DELAY, Key.MAX_DELAY, Key.MULTIPLIER, Key.JITTER_FACTOR, Key.JITTER, Key.STRATEGY
    };

    private static final Pattern TOKENS = Pattern.compile("([0-9]{1,9})(\\s*tokens?)?");

    /** A smaller number without a unit may be a share whose percent sign or point is missing. */
    private static final int LEAST_BARE_TOKENS = 10;

    private static final String BUDGET_RULE =
            "none, a share of the calls up to 1 such as 0.1 or 10%, or tokens such as 100 tokens";
    private static final String BREAKER_RULE = "on, off, or a failure rate from 0.000001 to 1 such as 0.5 or 50%";

    private final Values values;
    private final EnumMap<Key, Setting> common;
    private final EnumMap<Key, Setting> own;
    private final Preset preset;

    ServiceReader(Values values, EnumMap<Key, Setting> common, EnumMap<Key, Setting> own) {
        this.values = values;
        this.common = common;
        this.own = own;
        this.preset = values.choice(setting(Key.PRESET), Preset.FORBEAR, Preset.BY_NAME);
    }

    private Setting setting(Key key) {
        Setting ofService = own.get(key);
        Setting ofAll = ofService == null ? common.get(key) : ofService;
        return ofAll == null ? Setting.nothing(key) : ofAll;
    }

    ServiceConfig read(double replenishmentPerMinute) {
        return new ServiceConfig(
                policy(),
                budget(replenishmentPerMinute),
                breaker(),
                preset.clientTokens() > 0 || common.containsKey(Key.MAX_BUDGET));
    }

    private RetryPolicy policy() {
        RetryPolicy usual = preset.policy();
        RetryPolicy.Builder policy = usual.toBuilder()
                .maxAttempts(values.integer(setting(Key.MAX_ATTEMPTS), 1, usual.maxAttempts()))
                .enabled(values.flag(setting(Key.ENABLED), usual.isEnabled()));
        backoff(policy);
        Setting pushback = setting(Key.MAX_PUSHBACK);
        if (pushback.isWritten()) {
            policy.pushback(p -> p.max(values.duration(pushback, Duration.ZERO, Duration.ofMinutes(1))));
        }
        Setting beyond = setting(Key.PUSHBACK_BEYOND);
        if (beyond.isWritten()) {
            policy.pushback(p -> p.beyond(values.choice(
                    beyond,
                    PushbackBeyond.GIVE_UP,
                    Map.of("give-up", PushbackBeyond.GIVE_UP, "cut", PushbackBeyond.CUT))));
        }
        Setting attempt = setting(Key.ATTEMPT_TIMEOUT);
        if (attempt.isWritten()) {
            policy.attemptTimeout(values.duration(attempt, Duration.ofMillis(1), Duration.ofDays(1)));
        }
        Setting deadline = setting(Key.DEADLINE);
        if (deadline.isWritten()) {
            policy.deadline(values.duration(deadline, Duration.ofMillis(1), Duration.ofDays(1)));
        }
        if (!values.flag(setting(Key.IDEMPOTENT), usual.isIdempotent())) {
            policy.nonIdempotent();
        }
        if (values.flag(setting(Key.REFUSE_NESTED), usual.isNestedRefused())) {
            policy.refuseNested();
        }
        return policy.build();
    }

    /**
     * Reads the backoff. A preset may have a second backoff for RATE_LIMIT, which starts with a longer delay. The keys
     * then set the form of both, {@code max-delay} bounds both, and the second one starts with the longer of {@code
     * base-delay} and its own base.
     */
    private void backoff(RetryPolicy.Builder policy) {
        boolean written = false;
        for (Key key : DELAYS) {
            written |= setting(key).isWritten();
        }
        if (!written) {
            return;
        }
        Backoff usual = preset.policy().backoff();
        Backoff limited = preset.policy().backoff(ErrorCategory.RATE_LIMIT);
        Setting shortest = setting(Key.BASE_DELAY);
        Setting longest = setting(Key.MAX_DELAY);
        Duration base = values.duration(shortest, Duration.ZERO, usual.base());
        Duration max = values.duration(longest, Duration.ZERO, usual.max());
        if (max.compareTo(base) < 0) {
            // a setting alone is never wrong because of the default of another one
            if (shortest.isWritten() && longest.isWritten()) {
                values.wrong(longest.label(), Values.text(max), ">= base-delay, " + Values.text(base));
            }
            if (shortest.isWritten()) {
                max = base;
            } else {
                base = max;
            }
        }
        BiFunction<Duration, Duration, Backoff> form = form();
        policy.backoff(form.apply(base, max));
        if (!limited.equals(usual)) {
            Duration first = longer(base, limited.base());
            Duration last = longest.isWritten() ? max : longer(first, limited.max());
            Backoff afterRateLimit = form.apply(first.compareTo(last) <= 0 ? first : last, last);
            policy.on(ErrorCategory.RATE_LIMIT, given -> given.backoff(afterRateLimit));
        }
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Returns a function that makes a backoff of a base and a maximum: strategy, multiplier and jitter are fixed. */
    private BiFunction<Duration, Duration, Backoff> form() {
        Backoff usual = preset.policy().backoff();
        Setting named = setting(Key.STRATEGY);
        BiFunction<Duration, Duration, Backoff> strategy = values.choice(named, EXPONENTIAL, STRATEGIES);
        boolean grows = strategy == EXPONENTIAL
                || strategy.apply(Duration.ZERO, Duration.ZERO).isAdaptive();
        Setting factor = setting(Key.MULTIPLIER);
        double multiplier = values.number(factor, 1, Double.MAX_VALUE, usual.multiplier());
        if (!grows && factor.rank() >= named.rank() && multiplier != 1) {
            String chosen = String.valueOf(named.value()).trim().toLowerCase(Locale.ROOT);
            values.wrong(factor.label(), factor.value(), "nothing beside strategy " + chosen);
        }
        Jitter jitter = jitter(usual.jitter());
        return (base, max) -> {
            Backoff backoff = strategy.apply(base, max);
            return (grows ? backoff.multiplier(multiplier) : backoff).jitter(jitter);
        };
    }

    /** The two keys for jitter exclude each other in one place; of two places, the stronger one holds. */
    private Jitter jitter(Jitter usual) {
        Setting named = setting(Key.JITTER);
        Setting factor = setting(Key.JITTER_FACTOR);
        if (named.isWritten() && factor.isWritten() && named.rank() == factor.rank()) {
            values.wrong(named.label(), named.value(), "nothing beside jitter-factor");
        }
        if (factor.rank() > named.rank()) {
            return Jitter.clamped(values.number(factor, 0, 1, 0));
        }
        return values.choice(
                named,
                usual,
                Map.of(
                        "none", Jitter.none(),
                        "full", Jitter.full(),
                        "equal", Jitter.equal(),
                        "decorrelated", Jitter.decorrelated()));
    }

    private RetryBudget.@Nullable Spec budget(double replenishmentPerMinute) {
        Setting setting = setting(Key.RETRY_BUDGET);
        if (!setting.isWritten()) {
            return preset.budget();
        }
        if (String.valueOf(setting.value()).trim().equalsIgnoreCase("none")) {
            return null;
        }
        return values.read(setting, RetryBudgets.none(), BUDGET_RULE, text -> budget(text, replenishmentPerMinute));
    }

    private static RetryBudget.@Nullable Spec budget(String text, double replenishmentPerMinute) {
        Matcher tokens = TOKENS.matcher(text.toLowerCase(Locale.ROOT));
        if (!tokens.matches()) {
            double share = share(text);
            return share > 0 && share <= 1 ? RetryBudgets.earned(share) : null;
        }
        int count = Integer.parseInt(tokens.group(1));
        if (count < (tokens.group(2) == null ? LEAST_BARE_TOKENS : 1)) {
            return null;
        }
        TokenBucketSpec bucket = RetryBudgets.tokenBucket(count);
        return replenishmentPerMinute == 0
                ? bucket.refill(0.001, Duration.ofDays(365))
                : bucket.refill(replenishmentPerMinute, Duration.ofMinutes(1));
    }

    /** Reads {@code 0.1} or {@code 10%}. */
    private static double share(String text) {
        return text.endsWith("%")
                ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                : Double.parseDouble(text);
    }

    private CircuitBreaker.@Nullable Spec breaker() {
        Breaker usual = new Breaker(preset.circuitBreaker());
        Breaker chosen = values.read(setting(Key.CIRCUIT_BREAKER), usual, BREAKER_RULE, ServiceReader::breaker);
        CircuitBreakerSpec given = chosen.spec;
        CircuitBreakerSpec spec =
                given == null ? CircuitBreakers.standard() : given; // the other keys are checked all the same
        Setting window = setting(Key.CIRCUIT_BREAKER_WINDOW);
        Setting minimum = setting(Key.CIRCUIT_BREAKER_MINIMUM_CALLS);
        Setting open = setting(Key.CIRCUIT_BREAKER_OPEN_FOR);
        if (window.isWritten()) {
            spec = spec.window(values.duration(window, Duration.ofMillis(100), Duration.ofSeconds(2)));
        }
        if (minimum.isWritten()) {
            spec = spec.minimumCalls(values.integer(minimum, 1, 20));
        }
        if (open.isWritten()) {
            spec = spec.openFor(values.duration(open, Duration.ofMillis(1), Duration.ofSeconds(1)));
        }
        Setting openForErrors = setting(Key.CIRCUIT_BREAKER_OPEN_FOR_ERRORS);
        if (openForErrors.isWritten()) {
            spec = spec.openForErrors(values.duration(openForErrors, Duration.ofMillis(1), Duration.ofSeconds(1)));
        }
        return given == null ? null : spec;
    }

    /** The breaker that a text describes; {@code null} if the text switches it off. */
    private record Breaker(@Nullable CircuitBreakerSpec spec) {}

    private static @Nullable Breaker breaker(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "off":
            case "false":
                return new Breaker(null);
            case "on":
            case "true":
                return new Breaker(CircuitBreakers.standard());
            default:
                double rate = share(text);
                return rate >= 0.000001 && rate <= 1 ? new Breaker(CircuitBreakers.failureRate(rate)) : null;
        }
    }
}
