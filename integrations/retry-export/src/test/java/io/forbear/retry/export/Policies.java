package io.forbear.retry.export;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Policies at random. */
final class Policies {

    private Policies() {}

    static Arbitrary<ExportedPolicy> any() {
        return Combinators.combine(
                        policy(), budgets(), Arbitraries.of(true, false), Arbitraries.of("orders", "a b", "x.Y_z"))
                .as((policy, budget, breaker, name) -> {
                    ExportedPolicy exported = ExportedPolicy.of(name, policy).budget(budget);
                    return breaker ? exported.circuitBreaker(CircuitBreakers.standard()) : exported;
                });
    }

    private static Arbitrary<RetryPolicy> policy() {
        Arbitrary<Integer> attempts = Arbitraries.integers().between(1, 300_000);
        return Combinators.combine(
                        attempts,
                        backoff(),
                        time(),
                        time(),
                        Arbitraries.integers().between(0, 31))
                .as((most, backoff, deadline, timeout, bits) -> {
                    RetryPolicy.Builder policy =
                            RetryPolicy.builder().maxAttempts(most).backoff(backoff);
                    if ((bits & 1) > 0) {
                        policy.deadline(deadline);
                    }
                    if ((bits & 2) > 0) {
                        policy.attemptTimeout(timeout);
                    }
                    if ((bits & 4) > 0) {
                        policy.nonIdempotent();
                    }
                    if ((bits & 8) > 0) {
                        policy.on(ErrorCategory.TIMEOUT, rules -> rules.retryable(false));
                    }
                    if ((bits & 16) > 0) {
                        policy.on(ErrorCategory.NETWORK_ERROR, rules -> rules.retryable(false));
                    }
                    return policy.build();
                });
    }

    private static Arbitrary<Backoff> backoff() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 4),
                        time(),
                        time(),
                        Arbitraries.doubles().between(1, 10).ofScale(3),
                        jitter())
                .as((kind, one, other, multiplier, jitter) -> {
                    Duration base = one.compareTo(other) <= 0 ? one : other;
                    Duration max = one.compareTo(other) <= 0 ? other : one;
                    Backoff backoff =
                            switch (kind) {
                                case 0 -> Backoff.none();
                                case 1 -> Backoff.fixed(base);
                                case 2 -> Backoff.linear(base, max);
                                case 3 -> Backoff.adaptive(base, max).multiplier(multiplier);
                                default -> Backoff.exponential(base, max).multiplier(multiplier);
                            };
                    return backoff.jitter(jitter);
                });
    }

    private static Arbitrary<Jitter> jitter() {
        return Arbitraries.of(
                Jitter.none(),
                Jitter.full(),
                Jitter.equal(),
                Jitter.decorrelated(),
                Jitter.proportional(0.2),
                Jitter.proportional(1),
                Jitter.clamped(0.1));
    }

    /** From a nanosecond to some thousand years, small ones more often. */
    private static Arbitrary<Duration> time() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(1, 100_000).map(Duration::ofMillis),
                Arbitraries.longs().between(1_000_000, Long.MAX_VALUE / 4).map(Duration::ofNanos));
    }

    private static Arbitrary<RetryBudget.Spec> budgets() {
        return Arbitraries.of(
                RetryBudgets.earned(0.2),
                RetryBudgets.earned(0),
                RetryBudgets.ratio(0.1),
                RetryBudgets.ratio(0.125).minPerSecond(0),
                RetryBudgets.concurrencyShare(0.25, 0),
                RetryBudgets.grpcThrottle(50, 0.5),
                RetryBudgets.tokenBucket(10),
                RetryBudgets.awsQuota());
    }
}
