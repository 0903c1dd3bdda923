package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A client's budget against {@link NaiveBucket}, after any sequence of commands and from any origin of the clock. */
class ClientBudgetModelTest {

    record Step(int kind, long nanos, long milli, long reserve) {}

    private long now;

    /** Rates of whole tokens, where nothing may be rounded at all. */
    @Property(tries = 1000)
    void isExactAtUsualRates(
            @ForAll("usualBudgets") ClientBudget budget, @ForAll("steps") List<Step> steps, @ForAll long origin) {
        compare(budget, steps, origin, 0);
    }

    /** Any rate: the level is rounded by less than a unit, so a balance may show one milli-token more for that long. */
    @Property(tries = 1000)
    void isWithinOneMilliTokenAtAnyRateHoweverManySteps(
            @ForAll("anyBudgets") ClientBudget budget, @ForAll("steps") List<Step> steps, @ForAll long origin) {
        compare(budget, steps, origin, 1);
    }

    private void compare(ClientBudget budget, List<Step> steps, long origin, long tolerance) {
        now = origin;
        Client client = new ClientTable(1, budget, () -> now).get("c");
        NaiveBucket naive = new NaiveBucket(budget, now);
        for (Step step : steps) {
            now += step.nanos();
            naive.pass(step.nanos());
            if (step.kind() == 0) {
                long taken = client.tryWithdraw(step.milli(), step.reserve(), now);
                boolean granted = taken != RetryBudget.REFUSED;
                assertThat(taken).isIn(step.milli(), RetryBudget.REFUSED);
                if (tolerance == 0) {
                    assertThat(granted).isEqualTo(naive.withdraw(step.milli(), step.reserve()));
                } else if (granted != naive.withdraw(step.milli(), step.reserve())) {
                    return; // the two stood within the tolerance, on different sides of the cost
                }
            } else if (step.kind() == 1) {
                client.refund(step.milli(), now);
                naive.refund(step.milli());
            }
            long balance = client.balanceMilli(now);
            assertThat(balance).isBetween(0L, budget.capacityMilli());
            assertThat(balance - naive.balanceMilli()).isBetween(-tolerance, tolerance);
        }
    }

    @Provide
    Arbitrary<ClientBudget> usualBudgets() {
        Arbitrary<Long> capacity = Arbitraries.longs().between(1, 1000).map(tokens -> tokens * 1000);
        Arbitrary<Long> refill = Arbitraries.of(0L, 1L, 2L, 3L, 5L, 6L, 8L, 10L, 12L, 15L, 60L, 100L, 500L)
                .map(tokens -> tokens * 1000);
        Arbitrary<Long> period = Arbitraries.of(1_000_000_000L, 10_000_000_000L, 60_000_000_000L, 3_600_000_000_000L);
        return Combinators.combine(capacity, refill, period).as(ClientBudget::new);
    }

    @Provide
    Arbitrary<ClientBudget> anyBudgets() {
        Arbitrary<Long> capacity = Arbitraries.longs().between(1, 1L << 40);
        Arbitrary<Long> refill = Arbitraries.longs().between(0, 1L << 34);
        Arbitrary<Long> period = Arbitraries.longs().between(1, 1L << 50);
        return Combinators.combine(capacity, refill, period)
                .as(ClientBudget::new)
                .filter(budget -> budget.refillMilli() / 1000 < budget.refillPeriodNanos());
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> nanos = Arbitraries.oneOf(
                Arbitraries.just(0L),
                Arbitraries.longs().between(0, 10_000),
                Arbitraries.of(6_000_000L, 1_000_000_000L, 5_999_999_999L, 6_000_000_000L, 60_000_000_000L),
                Arbitraries.longs().between(0, 100_000_000_000L),
                Arbitraries.longs().between(0, 1L << 50));
        Arbitrary<Long> milli = Arbitraries.oneOf(
                Arbitraries.of(0L, 1L, 1000L, 5000L), Arbitraries.longs().between(0, 100_000));
        Arbitrary<Long> reserve = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just(0L)),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(0, 50_000)));
        return Combinators.combine(Arbitraries.integers().between(0, 2), nanos, milli, reserve)
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }
}
