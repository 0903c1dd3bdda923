package io.forbear.retry.core.budget;

import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Model and implementation agree after any sequence of commands, and no schedule is granted more than was earned. */
class LedgerPropertiesTest {

    /** Plays commands against a budget and its model, and compares after each. */
    private static final class Play {
        final ManualClock clock;
        final FedBudget budget;
        final Models.Model model;
        final CostTerms terms;
        final ManualFeed feed = new ManualFeed();
        final List<Long> out = new ArrayList<>();
        long granted;
        long refunded;
        long successes;

        Play(ManualClock clock, RetryBudget budget, Models.Model model, CostTerms terms) {
            this.clock = clock;
            this.budget = (FedBudget) budget;
            this.model = model;
            this.terms = terms;
            feed.succeedAtOnce(17);
            this.budget.feed(feed, this);
        }

        void run(List<Command> commands) {
            for (Command command : commands) {
                step(command);
                assertThat(budget.balance()).as("after %s", command).isEqualTo(model.balance());
                assertThat(budget.balance()).isBetween(0L, budget.capacity());
            }
        }

        private void step(Command command) {
            if (command instanceof Command.Withdraw withdraw) {
                withdraw(withdraw);
            } else if (command instanceof Command.Refund refund && !out.isEmpty()) {
                long amount = out.remove(refund.which() % out.size());
                budget.refund(amount);
                model.credit(amount);
                refunded += amount;
            } else if (command instanceof Command.Succeed) {
                budget.callSucceeded(0);
                model.firstTrySucceeded();
                successes++;
            } else if (command instanceof Command.Feed calls) {
                feed.succeedAtOnce(calls.calls());
                for (int i = 0; i < calls.calls(); i++) {
                    model.firstTrySucceeded();
                }
                successes += calls.calls();
            } else if (command instanceof Command.Advance advance) {
                clock.advanceNanos(advance.nanos());
            }
        }

        private void withdraw(Command.Withdraw withdraw) {
            long cost = terms.cost(withdraw.category());
            long keep = terms.reserve(model.allowance(), withdraw.criticality());
            long got = budget.tryWithdraw(withdraw.category(), withdraw.criticality(), 0);
            assertThat(got)
                    .as("%s", withdraw)
                    .isEqualTo(cost == 0 || model.withdraw(cost, keep) ? cost : RetryBudget.REFUSED);
            if (got >= 0) {
                out.add(got);
                granted += got;
            }
        }
    }

    @Property(tries = 2000)
    void bucketAgreesWithItsModel(
            @ForAll("buckets") TokenBucketSpec spec, @ForAll long start, @ForAll("longIdle") List<Command> commands) {
        ManualClock clock = new ManualClock(start);
        Models.Bucket model = new Models.Bucket(spec, clock);
        Play play = new Play(clock, spec.create(clock), model, spec.terms);

        play.run(commands);

        assertThat(BigInteger.valueOf(play.granted - play.refunded))
                .isLessThanOrEqualTo(BigInteger.valueOf(spec.initialMilli()).add(model.arrived()));
    }

    @Property(tries = 1000)
    void quotaAgreesWithItsModel(@ForAll("quotas") QuotaSpec spec, @ForAll("fed") List<Command> commands) {
        ManualClock clock = new ManualClock();
        Play play = new Play(clock, spec.create(clock), new Models.Quota(spec, clock), spec.terms);

        play.run(commands);

        assertThat(play.granted - play.refunded)
                .isLessThanOrEqualTo(spec.initialMilli() + play.successes * spec.successCreditMilli());
    }

    @Property(tries = 1000)
    void aQuotaWithReportedCallsAgreesWithItsModel(
            @ForAll("quotas") QuotaSpec spec, @ForAll("told") List<Command> commands) {
        ManualClock clock = new ManualClock();
        new Play(clock, spec.create(clock), new Models.Quota(spec, clock), spec.terms).run(commands);
    }

    @Property(tries = 2000)
    void ratioAgreesWithItsModel(
            @ForAll("ratios") RatioSpec spec, @ForAll long start, @ForAll("told") List<Command> commands) {
        ManualClock clock = new ManualClock(start);
        Play play = new Play(clock, spec.create(clock), new Models.Ratio(spec, clock), spec.terms);

        play.run(commands);
    }

    @Property(tries = 500)
    void ratioThatIsFedStaysInRangeAndWithinItsDeposits(
            @ForAll("ratios") RatioSpec spec, @ForAll("fed") List<Command> commands, @ForAll long seed) {
        ManualClock clock = new ManualClock(seed);
        Models.Model unused = new Models.Ratio(spec, clock);
        Play play = new Play(clock, spec.create(clock), unused, spec.terms);
        long elapsed = 0;

        for (Command command : commands) {
            if (command instanceof Command.Withdraw withdraw) {
                long got = play.budget.tryWithdraw(withdraw.category(), withdraw.criticality(), 0);
                play.granted += Math.max(0, got);
            } else if (!(command instanceof Command.Refund)) {
                play.step(command);
                elapsed += command instanceof Command.Advance advance ? advance.nanos() : 0;
            }
            assertThat(play.budget.balance()).isBetween(0L, play.budget.capacity());
        }

        // a slot is a tenth of the window: a withdrawal is back at the start of the tenth slot after its own
        BigInteger windows = BigInteger.valueOf(elapsed / (spec.windowNanos() / 10 * 9) + 1);
        BigInteger allowed = windows.multiply(BigInteger.valueOf(spec.floorMilli()))
                .add(BigInteger.valueOf(play.successes).multiply(BigInteger.valueOf(spec.ratioNano() / 1_000_000 + 1)));
        assertThat(BigInteger.valueOf(play.granted)).isLessThanOrEqualTo(allowed);
    }

    @Provide
    Arbitrary<TokenBucketSpec> buckets() {
        return Combinators.combine(
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(3, 50),
                                Arbitraries.integers().between(3, Integer.MAX_VALUE)),
                        Arbitraries.longs().between(1, 2_000_000_000L),
                        Arbitraries.longs().between(1, 365L * 86_400 * 1_000_000_000),
                        Arbitraries.doubles().between(0, 1))
                .as((capacity, refill, period, initial) -> {
                    double most = 100_000.0 * period / 1e9;
                    TokenBucketSpec spec = RetryBudgets.tokenBucket(capacity).initial((int) (capacity * initial));
                    double tokens = Math.min(refill / 1000.0, most);
                    return tokens < 0.001 ? spec : spec.refill(tokens, Duration.ofNanos(period));
                })
                .map(spec -> spec.cost(RATE_LIMIT, 2.5).cost(TIMEOUT, 0).reserveForCritical(0.1));
    }

    @Provide
    Arbitrary<QuotaSpec> quotas() {
        return Combinators.combine(
                        Arbitraries.integers().between(14, 600),
                        Arbitraries.doubles().between(0, 3),
                        Arbitraries.of(true, false))
                .as((capacity, credit, classic) -> (classic ? RetryBudgets.awsQuotaClassic() : RetryBudgets.awsQuota())
                        .capacity(capacity)
                        .successCredit(credit));
    }

    @Provide
    Arbitrary<RatioSpec> ratios() {
        return Combinators.combine(
                        Arbitraries.oneOf(
                                Arbitraries.doubles().between(0, 1),
                                Arbitraries.doubles().between(0, 1000)),
                        Arbitraries.doubles().between(0, 5),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.oneOf(
                                Arbitraries.just(RatioSpec.DEFAULT_CAPACITY),
                                Arbitraries.integers().between(300, 400)),
                        Arbitraries.of(0.0, 0.2))
                .as((ratio, min, window, capacity, reserve) -> RetryBudgets.retriesPerCall(ratio)
                        .minPerSecond(min)
                        .window(Duration.ofSeconds(window))
                        .capacity(capacity)
                        .cost(RATE_LIMIT, 0.25)
                        .reserveForCritical(reserve));
    }

    @Provide
    Arbitrary<List<Command>> longIdle() {
        return Command.any(Long.MAX_VALUE, false).list().ofMaxSize(60);
    }

    @Provide
    Arbitrary<List<Command>> told() {
        return Command.any(80_000_000_000L, false).list().ofMaxSize(120);
    }

    @Provide
    Arbitrary<List<Command>> fed() {
        return Command.any(80_000_000_000L, true).list().ofMaxSize(60);
    }

    @Test
    void neverLosesAFractionHoweverOftenItIsAskedFor() {
        TokenBucketSpec spec = RetryBudgets.tokenBucket(1_000_000).initial(0).refill(7, Duration.ofSeconds(11));
        ManualClock clock = new ManualClock(Long.MAX_VALUE - 1_000_000_000L);
        RetryBudget budget = spec.create(clock);
        Random random = new Random(42);
        long elapsed = 0;

        for (int i = 0; i < 100_000; i++) {
            int step = random.nextInt(1_000_000);
            clock.advanceNanos(step);
            elapsed += step;
            budget.balance();
        }

        assertThat(budget.balance()).isEqualTo(elapsed * 7 / 11_000_000L);
    }

    @Test
    void costsFollowTheCategory() {
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(RetryBudgets.tokenBucket(1).terms.cost(category)).isEqualTo(1000);
        }
    }
}
