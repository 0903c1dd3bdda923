package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.error.ErrorCategory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** One operation on a budget. */
sealed interface Command {

    record Withdraw(ErrorCategory category, Criticality criticality) implements Command {}

    /** Refunds one of the withdrawals that were not refunded yet. */
    record Refund(int which) implements Command {}

    record Succeed() implements Command {}

    /** Counts calls in the feed. */
    record Feed(int calls) implements Command {}

    record Advance(long nanos) implements Command {}

    static Arbitrary<Command> any(long longestIdleNanos, boolean fed) {
        Arbitrary<Command> withdraw = Combinators.combine(
                        Arbitraries.of(ErrorCategory.class), Arbitraries.of(Criticality.class))
                .as(Withdraw::new);
        Arbitrary<Command> refund = Arbitraries.integers().between(0, 100).map(Refund::new);
        Arbitrary<Command> succeed =
                fed ? Arbitraries.integers().between(0, 1000).map(Feed::new) : Arbitraries.just(new Succeed());
        Arbitrary<Command> advance = Arbitraries.oneOf(
                        Arbitraries.longs().between(0, longestIdleNanos),
                        Arbitraries.longs().between(0, Math.min(longestIdleNanos, 3_000_000_000L)))
                .map(Advance::new);
        return Arbitraries.oneOf(withdraw, withdraw, refund, succeed, succeed, advance);
    }
}
