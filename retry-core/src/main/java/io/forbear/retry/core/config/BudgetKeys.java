package io.forbear.retry.core.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of the budgets: of a service, and of its clients. */
final class BudgetKeys {

    private static final Pattern TOKENS = Pattern.compile("([0-9]{1,9})(\\s*tokens?)?");

    /** A smaller number without a unit may be a share whose percent sign or point is missing. */
    private static final int LEAST_BARE_TOKENS = 10;

    private static final int MOST_TOKENS = Integer.MAX_VALUE;

    static final Key<Chosen> BUDGET = Key.part(
            "retry-budget",
            new Type<>(
                    "share, tokens or kind",
                    "none, a share of the calls up to 1 such as 0.1 or 10%, tokens such as 100 tokens, or a kind: "
                            + BudgetKind.listed(),
                    Chosen::parse,
                    Chosen::text),
            "the budget of the service: what each successful call earns of a retry, up to 1 (`0.2`, `20%`; see"
                    + " [defaults](defaults.md)), or tokens (`100 tokens`; a whole number from 10 on alone is tokens"
                    + " too, a smaller one is refused, since it may be a share), or `none`, or a kind of those below");

    static final Key<Double> RATIO = Key.part(
            "retry-budget-ratio",
            Types.numberOrPercent(0, 1000),
            "`earned`, `ratio`, `fleet`: tokens that a success earns, up to 1; `concurrency-share`: the share of the"
                    + " calls in flight, up to 1; `grpc-throttle`: tokens that a success gives back, from 0.001");

    static final Key<Integer> CAPACITY = Key.part(
            "retry-budget-tokens",
            Types.integer(1, MOST_TOKENS),
            "`token-bucket`, `ratio`, `aws-quota`, `aws-quota-classic`: the most tokens; `grpc-throttle`: up to 1000;"
                    + " `fleet`: up to 1000000");

    static final Key<Types.Pair<Double, Duration>> REFILL = Key.part(
            "retry-budget-refill",
            Types.Pair.type(
                    "tokens per duration",
                    "10 per 1m",
                    Types.number(0.001, 100_000_000),
                    "per",
                    Types.duration(Duration.ofMillis(1), Duration.ofDays(365))),
            "`token-bucket`, `fleet`: how fast it refills, as `10 per 1m`; not written: by `replenishment-rate`, of"
                    + " `fleet` 5 a second");

    static final Key<Double> INITIAL = Key.part(
            "retry-budget-initial",
            Types.number(0, Double.MAX_VALUE),
            "`token-bucket`, `ratio` and `fleet` (whole tokens), `aws-quota`, `aws-quota-classic`, `grpc-throttle`:"
                    + " tokens at the start");

    static final Key<Duration> WINDOW = Key.part(
            "retry-budget-window",
            Types.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "`earned`, `ratio`: for how long a success counts, up to 1 m; `adaptive-throttle`: the length of its"
                    + " history");

    static final Key<Double> FLOOR = Key.part(
            "retry-budget-floor", Types.number(0, 10_000), "`ratio`: retries a second that are always allowed");

    static final Key<Double> PER_FAILED_CALL =
            Key.part("retry-budget-per-failed-call", Types.FRACTION, "`earned`: tokens that a failed call earns");

    static final Key<Integer> BURST = Key.part(
            "retry-budget-burst", Types.integer(1, MOST_TOKENS), "`earned`: tokens that the balance may always hold");

    static final Key<Double> RESCUE_CREDIT = Key.part(
            "retry-budget-rescue-credit",
            Types.FRACTION,
            "`earned`: the share of its cost that a retry gives back which rescues its call");

    static final Key<Double> TIMEOUT_COST = Key.part(
            "retry-budget-timeout-cost", Types.number(0, 1000), "`earned`: tokens that a time-out takes at least");

    static final Key<Double> SUCCESS_CREDIT = Key.part(
            "retry-budget-success-credit",
            Types.number(0, 1000),
            "`aws-quota`, `aws-quota-classic`: tokens that a success at the first attempt gives back");

    static final Key<Integer> MINIMUM = Key.part(
            "retry-budget-minimum",
            Types.integer(0, MOST_TOKENS),
            "`concurrency-share`: how many calls may always be retrying");

    static final Key<Double> K = Key.part(
            "retry-budget-k",
            Types.number(1, 1000),
            "`adaptive-throttle`: requests per accepted request that are let through");

    static final Key<Double> RESERVE = Key.part(
            "retry-budget-reserve-for-critical",
            Types.SHARE,
            "`earned`, `ratio`, `token-bucket`, quotas, `fleet`: the share that only CRITICAL calls may draw on;"
                    + " below 1");

    static final Key<Double> MAX_SHARE = Key.part(
            "retry-budget-max-share-per-call",
            Types.RATE,
            "`earned`, `ratio`, `token-bucket`, quotas: the largest share that one call may take");

    static final ByCategory<Double> COST = new ByCategory<>(category -> Key.member(
            "retry-budget-cost",
            category,
            "category",
            Types.number(0, 1000),
            "`earned`, `ratio`, `token-bucket`, quotas: tokens that a retry after a failure of this category takes",
            null));

    static final Key<String> FLEET = Key.part(
            "fleet-budget",
            Types.NAME,
            "`fleet`: the name under which all processes share the budget; not written: that of the service. Written"
                    + " without a `retry-budget`, it chooses `fleet`. Needs a [store](fleet-budget.md)");

    static final Key<Integer> FLEET_PROCESSES = Key.part(
            "fleet-processes",
            Types.integer(1, 1_000_000),
            "`fleet`: how many processes share it at least, for the time when the store does not answer");

    static final Key<Tokens> CLIENT_BUDGET = Key.part(
            "client-budget",
            new Type<>("tokens", "none, or tokens such as 100 tokens", Tokens::parse, Tokens::text),
            "a budget of each client for this service alone, in place of that of `max-budget`; refills by"
                    + " `replenishment-rate`. `none`: the clients of this service have none");

    private BudgetKeys() {}

    static List<Key<?>> all() {
        List<Key<?>> keys = new ArrayList<>(List.of(
                BUDGET,
                RATIO,
                CAPACITY,
                REFILL,
                INITIAL,
                WINDOW,
                FLOOR,
                PER_FAILED_CALL,
                BURST,
                RESCUE_CREDIT,
                TIMEOUT_COST,
                SUCCESS_CREDIT,
                MINIMUM,
                K,
                RESERVE,
                MAX_SHARE));
        keys.addAll(COST.all());
        keys.add(FLEET);
        keys.add(FLEET_PROCESSES);
        keys.add(CLIENT_BUDGET);
        return keys;
    }

    private static int tokensOf(String text, int leastBare) {
        Matcher matcher = TOKENS.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return -1;
        }
        int count = Integer.parseInt(matcher.group(1));
        return count >= (matcher.group(2) == null ? leastBare : 1) ? count : 0;
    }

    /**
     * A budget as it is chosen: a kind, and the share or the tokens that may be written in its place.
     *
     * @param kind the kind
     * @param share above 0 if a share was written
     * @param tokens above 0 if tokens were written
     */
    record Chosen(BudgetKind kind, double share, int tokens) {

        static @Nullable Chosen parse(String text) {
            BudgetKind kind = BudgetKind.WORDS.get(text.toLowerCase(Locale.ROOT).replace('_', '-'));
            if (kind != null) {
                return new Chosen(kind, 0, 0);
            }
            int tokens = tokensOf(text, LEAST_BARE_TOKENS);
            if (tokens >= 0) {
                return tokens == 0 ? null : new Chosen(BudgetKind.TOKEN_BUCKET, 0, tokens);
            }
            double share = Types.share(text);
            return share > 0 && share <= 1 ? new Chosen(BudgetKind.EARNED, share, 0) : null;
        }

        String text() {
            return tokens > 0 ? tokens + " tokens" : share > 0 ? Types.write(share) : Types.word(kind);
        }
    }

    /** Tokens, or none. */
    record Tokens(int count) {

        static @Nullable Tokens parse(String text) {
            if (text.equalsIgnoreCase("none")) {
                return new Tokens(0);
            }
            int count = tokensOf(text, 1);
            return count >= 1 ? new Tokens(count) : null;
        }

        String text() {
            return count == 0 ? "none" : count + " tokens";
        }
    }
}
