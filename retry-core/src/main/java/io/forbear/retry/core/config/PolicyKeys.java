package io.forbear.retry.core.config;

import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.PushbackBeyond;
import io.forbear.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The settings of a {@link RetryPolicy}. */
final class PolicyKeys {

    private static final Duration MILLISECOND = Duration.ofMillis(1);

    // ---- attempts

    static final Key<Boolean> ENABLED = Key.policy(
            "enabled",
            Types.FLAG,
            "`false`: each call is made once, and nothing is counted",
            RetryPolicy.Builder::enabled);

    static final Key<Integer> MAX_ATTEMPTS = Key.policy(
            "max-attempts",
            Types.integer(1, Integer.MAX_VALUE),
            "total attempts of a call, the first included; at least 1",
            RetryPolicy.Builder::maxAttempts);

    static final ByCategory<Integer> MAX_ATTEMPTS_AFTER = new ByCategory<>(category -> Key.member(
            "max-attempts",
            category,
            "category",
            Types.integer(1, Integer.MAX_VALUE),
            "the same if the last failure was of this category; the least of the numbers that apply holds",
            (policy, value) -> policy.on(category, rules -> rules.maxAttempts(value))));

    static final Map<Criticality, Key<Integer>> MAX_ATTEMPTS_OF = attemptsByCriticality();

    static final ByCategory<Boolean> RETRYABLE = new ByCategory<>(category -> Key.member(
            "retryable",
            category,
            "category",
            Types.FLAG,
            "whether failures of this category are retried, where their classification does not say otherwise;"
                    + " not written: all but `client-error` are",
            (policy, value) -> policy.on(category, rules -> rules.retryable(value))));

    static final Key<Set<String>> RETRY_ON = Key.part(
            "retry-on",
            Types.TYPE_NAMES,
            "exceptions that are retried whatever the policy says of their category; subtypes and causes included."
                    + " Names are compared, no class is loaded");

    static final Key<Set<String>> NEVER_ON = Key.part(
            "never-on",
            Types.TYPE_NAMES,
            "exceptions that are never retried; of two names that match, that of the nearest type holds");

    static final Key<Set<Integer>> RETRY_ON_STATUS = Key.policy(
            "retry-on-status",
            Types.STATUSES,
            "HTTP statuses that are retried whatever the policy says of their category: `409`, `500-504`, `5xx`,"
                    + " separated by commas",
            (policy, value) -> policy.retryOnStatus(ints(value)));

    static final Key<Set<Integer>> NEVER_ON_STATUS = Key.policy(
            "never-on-status",
            Types.STATUSES,
            "HTTP statuses that are never retried; a status that `retry-on-status` has too is refused",
            (policy, value) -> policy.neverOnStatus(ints(value)));

    // ---- backoff

    static final Key<Strategy> STRATEGY = Key.part(
            "strategy",
            Types.words("word", Strategy.WORDS, Strategy.ALIASES),
            "`exponential`, `linear`, `fixed`, `adaptive` (exponential, and follows the success rate of the client) or"
                    + " `none` (no delay)");

    static final Key<Duration> BASE_DELAY =
            Key.part("base-delay", Types.duration(Duration.ZERO), "the delay before the first retry, before jitter");

    static final Key<Duration> MAX_DELAY = Key.part(
            "max-delay",
            Types.duration(Duration.ZERO),
            "the longest delay, also after categories with delays of their own; at least `base-delay`. If only one of"
                    + " the two keys is written, the default of the other gives way");

    static final Key<Double> MULTIPLIER = Key.part(
            "multiplier",
            Types.number(1, Double.MAX_VALUE),
            "at least 1; for the strategies `exponential` and `adaptive`, refused beside another");

    static final Key<Jittered> JITTER = Key.part(
            "jitter",
            Types.words("word", Jittered.WORDS),
            "`none`, `full`, `equal`, `decorrelated`, or `proportional` or `clamped`, which take `jitter-factor`;"
                    + " the others are refused beside it. A service's own key replaces either key for all");

    static final Key<Double> JITTER_FACTOR = Key.part(
            "jitter-factor",
            Types.FRACTION,
            "0 to 1: delay × (1 ± factor). Alone it is `clamped`: kept within base and maximum");

    static final ByCategory<Strategy> STRATEGY_AFTER = backoff(STRATEGY, "the strategy");
    static final ByCategory<Duration> BASE_DELAY_AFTER = backoff(BASE_DELAY, "the first delay");
    static final ByCategory<Duration> MAX_DELAY_AFTER = backoff(MAX_DELAY, "the longest delay");
    static final ByCategory<Double> MULTIPLIER_AFTER = backoff(MULTIPLIER, "the multiplier");
    static final ByCategory<Jittered> JITTER_AFTER = backoff(JITTER, "the jitter");
    static final ByCategory<Double> JITTER_FACTOR_AFTER = backoff(JITTER_FACTOR, "the jitter factor");

    // ---- pushback and time

    static final Key<Duration> MAX_PUSHBACK = Key.policy(
            "max-pushback",
            Types.duration(Duration.ZERO),
            "the longest delay that a server may ask for; `pushback-beyond` says what happens where it asks for more",
            RetryPolicy.Builder::maxPushback);

    static final Key<PushbackBeyond> PUSHBACK_BEYOND = Key.policy(
            "pushback-beyond",
            Types.words("word", Map.of("give-up", PushbackBeyond.GIVE_UP, "cut", PushbackBeyond.CUT)),
            "`give-up` ends the call if a server asks for more than `max-pushback`; `cut` waits for `max-pushback` and"
                    + " tries again",
            RetryPolicy.Builder::pushbackBeyond);

    static final Key<Duration> MAX_PUSHBACK_OVER_BACKOFF = Key.policy(
            "max-pushback-over-backoff",
            Types.duration(Duration.ZERO),
            "by how much a delay that a server asks for may exceed the backoff",
            RetryPolicy.Builder::maxPushbackOverBackoff);

    static final Key<Duration> DEADLINE = Key.policy(
            "deadline",
            Types.duration(MILLISECOND),
            "bounds a whole call, waits included; at least 1 ms",
            RetryPolicy.Builder::deadline);

    static final Key<Duration> ATTEMPT_TIMEOUT = Key.policy(
            "attempt-timeout",
            Types.duration(MILLISECOND),
            "the longest time of one attempt, at least `1ms`: an asynchronous one is cancelled then, a blocking one can"
                    + " ask how much is left",
            RetryPolicy.Builder::attemptTimeout);

    static final Key<Boolean> INTERRUPT_ON_TIMEOUT = Key.policy(
            "interrupt-on-timeout",
            Types.FLAG,
            "`true`: the thread of a blocking attempt is interrupted when its time is over",
            onTrue(RetryPolicy.Builder::interruptOnTimeout));

    static final Key<Boolean> THROW_FAILED_RESULTS = Key.policy(
            "throw-failed-results",
            Types.FLAG,
            "`true`: a call that ends with a result which code calls a failure throws; `false`: the caller gets it",
            onTrue(RetryPolicy.Builder::throwFailedResults));

    static final Key<Boolean> IDEMPOTENT = Key.policy(
            "idempotent",
            Types.FLAG,
            "`false`: only failures after which the server certainly did nothing are retried",
            (policy, value) -> {
                if (!value) {
                    policy.nonIdempotent();
                }
            });

    static final Key<Boolean> REFUSE_NESTED = Key.policy(
            "refuse-nested",
            Types.FLAG,
            "`true`: a call inside a retry of an outer call is not retried",
            onTrue(RetryPolicy.Builder::refuseNested));

    private PolicyKeys() {}

    static List<Key<?>> all() {
        List<Key<?>> keys = new ArrayList<>(List.of(ENABLED, MAX_ATTEMPTS));
        keys.addAll(MAX_ATTEMPTS_AFTER.all());
        keys.addAll(MAX_ATTEMPTS_OF.values());
        keys.addAll(RETRYABLE.all());
        keys.addAll(List.of(
                RETRY_ON,
                NEVER_ON,
                RETRY_ON_STATUS,
                NEVER_ON_STATUS,
                STRATEGY,
                BASE_DELAY,
                MAX_DELAY,
                MULTIPLIER,
                JITTER,
                JITTER_FACTOR));
        keys.addAll(STRATEGY_AFTER.all());
        keys.addAll(BASE_DELAY_AFTER.all());
        keys.addAll(MAX_DELAY_AFTER.all());
        keys.addAll(MULTIPLIER_AFTER.all());
        keys.addAll(JITTER_AFTER.all());
        keys.addAll(JITTER_FACTOR_AFTER.all());
        keys.addAll(List.of(
                MAX_PUSHBACK,
                PUSHBACK_BEYOND,
                MAX_PUSHBACK_OVER_BACKOFF,
                DEADLINE,
                ATTEMPT_TIMEOUT,
                INTERRUPT_ON_TIMEOUT,
                THROW_FAILED_RESULTS,
                IDEMPOTENT,
                REFUSE_NESTED));
        return keys;
    }

    private static int[] ints(Set<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static <V> ByCategory<V> backoff(Key<V> general, String what) {
        return new ByCategory<>(category -> Key.member(
                general.text,
                category,
                "category",
                general.type,
                what + " after failures of this category; not written: as after all others",
                null));
    }

    private static Map<Criticality, Key<Integer>> attemptsByCriticality() {
        Map<Criticality, Key<Integer>> keys = new EnumMap<>(Criticality.class);
        for (Criticality criticality : Criticality.values()) {
            keys.put(
                    criticality,
                    Key.member(
                            "max-attempts",
                            criticality,
                            "criticality",
                            Types.integer(1, Integer.MAX_VALUE),
                            "the same for calls of this criticality; the least of the numbers that apply holds",
                            (policy, value) -> policy.maxAttempts(criticality, value)));
        }
        return keys;
    }

    private static BiConsumer<RetryPolicy.Builder, Boolean> onTrue(Consumer<RetryPolicy.Builder> change) {
        return (policy, value) -> {
            if (value) {
                change.accept(policy);
            }
        };
    }

    /** The words for a jitter. */
    enum Jittered {
        NONE,
        FULL,
        EQUAL,
        DECORRELATED,
        PROPORTIONAL,
        CLAMPED;

        static final Map<String, Jittered> WORDS = Strategy.words(values());

        boolean takesFactor() {
            return this == PROPORTIONAL || this == CLAMPED;
        }

        /** Returns the jitter; the factor is looked at where the word takes one. */
        Jitter of(double factor) {
            return switch (this) {
                case NONE -> Jitter.none();
                case FULL -> Jitter.full();
                case EQUAL -> Jitter.equal();
                case DECORRELATED -> Jitter.decorrelated();
                case PROPORTIONAL -> Jitter.proportional(factor);
                case CLAMPED -> Jitter.clamped(factor);
            };
        }
    }
}
