package io.forbear.retry.core.config;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.core.budget.QuotaSpec;
import io.forbear.retry.core.budget.RatioSpec;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.core.config.BudgetKeys.Chosen;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the budget of a service. */
final class BudgetReader {

    private static final NanoClock STOPPED = () -> 0;

    private static final int MOST_OF_FLEET = 1_000_000;

    private static final List<Key<?>> OF_COSTS = costs();

    /** The keys that each kind takes. */
    private static final Map<BudgetKind, Set<Key<?>>> TAKEN = new EnumMap<>(BudgetKind.class);

    static {
        takes(BudgetKind.NONE, List.of());
        takes(BudgetKind.UNLIMITED, List.of());
        takes(
                BudgetKind.EARNED,
                OF_COSTS,
                BudgetKeys.RATIO,
                BudgetKeys.WINDOW,
                BudgetKeys.PER_FAILED_CALL,
                BudgetKeys.BURST,
                BudgetKeys.RESCUE_CREDIT,
                BudgetKeys.TIMEOUT_COST);
        takes(
                BudgetKind.RATIO,
                OF_COSTS,
                BudgetKeys.RATIO,
                BudgetKeys.CAPACITY,
                BudgetKeys.INITIAL,
                BudgetKeys.WINDOW,
                BudgetKeys.FLOOR);
        takes(BudgetKind.TOKEN_BUCKET, OF_COSTS, BudgetKeys.CAPACITY, BudgetKeys.REFILL, BudgetKeys.INITIAL);
        takes(BudgetKind.AWS_QUOTA, OF_COSTS, BudgetKeys.CAPACITY, BudgetKeys.INITIAL, BudgetKeys.SUCCESS_CREDIT);
        takes(
                BudgetKind.AWS_QUOTA_CLASSIC,
                OF_COSTS,
                BudgetKeys.CAPACITY,
                BudgetKeys.INITIAL,
                BudgetKeys.SUCCESS_CREDIT);
        takes(BudgetKind.GRPC_THROTTLE, List.of(), BudgetKeys.CAPACITY, BudgetKeys.RATIO, BudgetKeys.INITIAL);
        takes(BudgetKind.ADAPTIVE_THROTTLE, List.of(), BudgetKeys.K, BudgetKeys.WINDOW);
        takes(
                BudgetKind.FLEET,
                List.of(),
                BudgetKeys.FLEET,
                BudgetKeys.FLEET_PROCESSES,
                BudgetKeys.CAPACITY,
                BudgetKeys.REFILL,
                BudgetKeys.RATIO,
                BudgetKeys.INITIAL,
                BudgetKeys.RESERVE);
        takes(BudgetKind.CONCURRENCY_SHARE, List.of(), BudgetKeys.RATIO, BudgetKeys.MINIMUM);
    }

    private final Effective settings;
    private final double replenishmentPerMinute;

    BudgetReader(Effective settings, double replenishmentPerMinute) {
        this.settings = settings;
        this.replenishmentPerMinute = replenishmentPerMinute;
    }

    private static List<Key<?>> costs() {
        Set<Key<?>> keys = new HashSet<>(BudgetKeys.COST.all());
        keys.add(BudgetKeys.RESERVE);
        keys.add(BudgetKeys.MAX_SHARE);
        return List.copyOf(keys);
    }

    private static void takes(BudgetKind kind, List<Key<?>> more, Key<?>... keys) {
        Set<Key<?>> taken = new HashSet<>(more);
        taken.addAll(List.of(keys));
        TAKEN.put(kind, taken);
    }

    /** Returns the description of the budget; {@code null} for none. */
    RetryBudget.@Nullable Spec read() {
        Key<?> choice = choice();
        Chosen chosen = choice.equals(BudgetKeys.FLEET)
                ? new Chosen(BudgetKind.FLEET, 0, 0)
                : settings.getOr(BudgetKeys.BUDGET, new Chosen(BudgetKind.NONE, 0, 0));
        Set<Key<?>> taken = TAKEN.getOrDefault(chosen.kind(), Set.of());
        for (Key<?> key : BudgetKeys.all()) {
            boolean isOfAnother =
                    !key.equals(BudgetKeys.BUDGET) && !key.equals(BudgetKeys.CLIENT_BUDGET) && !taken.contains(key);
            boolean isSaidTwice = key.equals(BudgetKeys.RATIO) && chosen.share() > 0
                    || key.equals(BudgetKeys.CAPACITY) && chosen.tokens() > 0;
            if (isOfAnother || isSaidTwice) {
                settings.get(key); // its value is checked all the same
                settings.refuseBeside(key, choice);
            }
        }
        try {
            RetryBudget.Spec spec = spec(chosen);
            if (spec != null && !(spec instanceof FleetSpec)) {
                spec.create(STOPPED); // checks that the settings fit together
            }
            return spec;
        } catch (IllegalArgumentException misfit) {
            settings.wrong(BudgetKeys.BUDGET, "settings that fit together: " + misfit.getMessage());
            return null;
        }
    }

    /** Returns the key that says which budget it is: the name of a fleet's budget alone says that it is one. */
    private Key<?> choice() {
        boolean isNamed = settings.isWritten(BudgetKeys.FLEET) && !settings.isWritten(BudgetKeys.BUDGET);
        return isNamed ? BudgetKeys.FLEET : BudgetKeys.BUDGET;
    }

    private RetryBudget.@Nullable Spec spec(Chosen chosen) {
        return switch (chosen.kind()) {
            case NONE -> null;
            case UNLIMITED -> RetryBudgets.unlimited();
            case EARNED -> earned(chosen);
            case RATIO -> ratio();
            case TOKEN_BUCKET -> tokenBucket(chosen);
            case AWS_QUOTA -> quota(RetryBudgets.awsQuota());
            case AWS_QUOTA_CLASSIC -> quota(RetryBudgets.awsQuotaClassic());
            case GRPC_THROTTLE ->
                with(
                        RetryBudgets.grpcThrottle(or(BudgetKeys.CAPACITY, 10), or(BudgetKeys.RATIO, 0.1)),
                        BudgetKeys.INITIAL,
                        (spec, tokens) -> spec.initial(tokens));
            case ADAPTIVE_THROTTLE ->
                RetryBudgets.adaptiveThrottle(or(BudgetKeys.K, 2.0), or(BudgetKeys.WINDOW, Duration.ofMinutes(2)));
            case CONCURRENCY_SHARE ->
                RetryBudgets.concurrencyShare(or(BudgetKeys.RATIO, 0.2), or(BudgetKeys.MINIMUM, 3));
            case FLEET -> fleet();
        };
    }

    /** What a preset says of its budget is not said of another one, which somebody wrote. */
    private <V> @Nullable V get(Key<V> key) {
        return settings.isWritten(key) || !settings.isWritten(choice()) ? settings.get(key) : null;
    }

    private <V> V or(Key<V> key, V otherwise) {
        V value = get(key);
        return value == null ? otherwise : value;
    }

    private <S, V> S with(S spec, Key<V> key, BiFunction<S, V, S> change) {
        V value = get(key);
        return value == null ? spec : change.apply(spec, value);
    }

    private EarnedSpec earned(Chosen chosen) {
        double share = chosen.share() > 0 ? chosen.share() : or(BudgetKeys.RATIO, EarnedSpec.DEFAULT_RATIO);
        EarnedSpec spec = RetryBudgets.earned(share);
        spec = with(spec, BudgetKeys.WINDOW, EarnedSpec::window);
        spec = with(spec, BudgetKeys.PER_FAILED_CALL, EarnedSpec::perFailedCall);
        spec = with(spec, BudgetKeys.BURST, EarnedSpec::burst);
        spec = with(spec, BudgetKeys.RESCUE_CREDIT, EarnedSpec::rescueCredit);
        spec = with(spec, BudgetKeys.TIMEOUT_COST, EarnedSpec::timeoutCost);
        spec = with(spec, BudgetKeys.RESERVE, EarnedSpec::reserveForCritical);
        spec = with(spec, BudgetKeys.MAX_SHARE, EarnedSpec::maxSharePerCall);
        for (ErrorCategory category : ErrorCategory.values()) {
            spec = with(spec, BudgetKeys.COST.of(category), (s, tokens) -> s.cost(category, tokens));
        }
        return spec;
    }

    private RatioSpec ratio() {
        double ratio = or(BudgetKeys.RATIO, 0.1);
        atMost(1, ratio, BudgetKeys.RATIO, "ratio"); // 10 is more likely meant as 10% than as ten retries a call
        RatioSpec spec = RetryBudgets.ratio(Math.min(1, ratio));
        spec = with(spec, BudgetKeys.CAPACITY, RatioSpec::capacity);
        spec = with(spec, BudgetKeys.WINDOW, RatioSpec::window);
        spec = with(spec, BudgetKeys.FLOOR, RatioSpec::minPerSecond);
        spec = with(spec, BudgetKeys.INITIAL, (s, tokens) -> s.initial(whole(tokens, BudgetKind.RATIO)));
        spec = with(spec, BudgetKeys.RESERVE, RatioSpec::reserveForCritical);
        spec = with(spec, BudgetKeys.MAX_SHARE, RatioSpec::maxSharePerCall);
        for (ErrorCategory category : ErrorCategory.values()) {
            spec = with(spec, BudgetKeys.COST.of(category), (s, tokens) -> s.cost(category, tokens));
        }
        return spec;
    }

    private int whole(double tokens, BudgetKind kind) {
        if (tokens != Math.rint(tokens)) {
            settings.wrong(BudgetKeys.INITIAL, "whole tokens beside retry-budget " + Types.word(kind));
        }
        return (int) tokens;
    }

    private FleetSpec fleet() {
        Integer capacity = get(BudgetKeys.CAPACITY);
        Types.Pair<Double, Duration> refill = get(BudgetKeys.REFILL);
        Double ratio = get(BudgetKeys.RATIO);
        Double initial = get(BudgetKeys.INITIAL);
        Double perSecond =
                refill == null ? null : refill.first() * 1e9 / refill.second().toNanos();
        atMost(MOST_OF_FLEET, capacity, BudgetKeys.CAPACITY, "fleet");
        atMost(MOST_OF_FLEET, perSecond, BudgetKeys.REFILL, "fleet");
        atMost(1, ratio, BudgetKeys.RATIO, "fleet");
        atMost(capacity == null ? MOST_OF_FLEET : capacity, initial, BudgetKeys.INITIAL, "fleet");
        return new FleetSpec(
                settings.get(BudgetKeys.FLEET),
                capacity,
                perSecond,
                ratio,
                initial == null ? null : Integer.valueOf(whole(initial, BudgetKind.FLEET)),
                get(BudgetKeys.RESERVE),
                settings.get(BudgetKeys.FLEET_PROCESSES));
    }

    private void atMost(int most, @Nullable Number value, Key<?> key, String kind) {
        if (value != null && value.doubleValue() > most) {
            settings.wrong(key, "at most " + most + " beside retry-budget " + kind);
        }
    }

    private @Nullable TokenBucketSpec tokenBucket(Chosen chosen) {
        int capacity = chosen.tokens() > 0 ? chosen.tokens() : or(BudgetKeys.CAPACITY, 0);
        if (capacity == 0) {
            settings.wrong(BudgetKeys.BUDGET, BudgetKeys.CAPACITY.text + " beside it");
            return null;
        }
        TokenBucketSpec spec = bucket(capacity, replenishmentPerMinute);
        spec = with(spec, BudgetKeys.REFILL, (s, refill) -> s.refill(refill.first(), refill.second()));
        spec = with(spec, BudgetKeys.INITIAL, TokenBucketSpec::initial);
        spec = with(spec, BudgetKeys.RESERVE, TokenBucketSpec::reserveForCritical);
        spec = with(spec, BudgetKeys.MAX_SHARE, TokenBucketSpec::maxSharePerCall);
        for (ErrorCategory category : ErrorCategory.values()) {
            spec = with(spec, BudgetKeys.COST.of(category), (s, tokens) -> s.cost(category, tokens));
        }
        return spec;
    }

    /** Returns a bucket that refills at a rate; at a rate of zero, as slowly as a bucket can. */
    static TokenBucketSpec bucket(int capacity, double replenishmentPerMinute) {
        TokenBucketSpec bucket = RetryBudgets.tokenBucket(capacity);
        return replenishmentPerMinute == 0
                ? bucket.refill(0.001, Duration.ofDays(365))
                : bucket.refill(replenishmentPerMinute, Duration.ofMinutes(1));
    }

    private QuotaSpec quota(QuotaSpec usual) {
        QuotaSpec spec = with(usual, BudgetKeys.CAPACITY, QuotaSpec::capacity);
        spec = with(spec, BudgetKeys.INITIAL, QuotaSpec::initial);
        spec = with(spec, BudgetKeys.SUCCESS_CREDIT, QuotaSpec::successCredit);
        spec = with(spec, BudgetKeys.RESERVE, QuotaSpec::reserveForCritical);
        spec = with(spec, BudgetKeys.MAX_SHARE, QuotaSpec::maxSharePerCall);
        for (ErrorCategory category : ErrorCategory.values()) {
            spec = with(spec, BudgetKeys.COST.of(category), (s, tokens) -> s.cost(category, tokens));
        }
        return spec;
    }
}
