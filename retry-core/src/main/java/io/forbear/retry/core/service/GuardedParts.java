package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.core.internal.GuardedBudget;
import io.forbear.retry.core.internal.OwnBudget;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Budgets and breakers that users wrote, made fit for the engine: one that throws is logged, and keeps no call from
 * ending as it would without it. A budget that throws refuses; a breaker that throws is as one that is closed.
 *
 * <p>Those of this library do not throw, and pass as they are.
 */
public final class GuardedParts {

    private GuardedParts() {}

    /** Returns a budget that does not throw. */
    public static @Nullable RetryBudget guarded(@Nullable RetryBudget budget) {
        return budget == null || budget instanceof OwnBudget ? budget : new GuardedBudget(budget);
    }

    /** Returns a breaker that does not throw. */
    public static @Nullable CircuitBreaker guarded(@Nullable CircuitBreaker breaker) {
        return breaker == null || breaker instanceof FedBreaker ? breaker : new Breaker(breaker);
    }

    /** Returns the budget that a guard stands before. */
    static @Nullable RetryBudget original(@Nullable RetryBudget budget) {
        return budget instanceof GuardedBudget guard ? guard.budget() : budget;
    }

    /** Returns the breaker that a guard stands before. */
    static @Nullable CircuitBreaker original(@Nullable CircuitBreaker breaker) {
        return breaker instanceof Breaker guard ? guard.breaker() : breaker;
    }

    private static <T> T ask(String who, Supplier<? extends @Nullable T> question, T otherwise) {
        try {
            T answer = question.get();
            return answer == null ? otherwise : answer;
        } catch (Throwable fault) {
            Faults.log(who, fault);
            return otherwise;
        }
    }

    private record Breaker(CircuitBreaker breaker) implements CircuitBreaker {

        private static final String WHO = "circuit breaker";
        private static final Subscription NOBODY = () -> {};

        @Override
        public CircuitBreaker.@Nullable Permit tryAcquire() {
            try {
                CircuitBreaker.Permit permit = breaker.tryAcquire();
                return permit == null ? null : new Permit(permit);
            } catch (Throwable fault) {
                Faults.log(WHO, fault);
                return new Permit(null);
            }
        }

        @Override
        public State state() {
            return ask(WHO, breaker::state, State.CLOSED);
        }

        @Override
        public Duration untilProbe() {
            return ask(WHO, breaker::untilProbe, Duration.ZERO);
        }

        @Override
        public Subscription onTransition(TransitionListener listener) {
            Subscription theirs = ask(WHO, () -> breaker.onTransition(listener), NOBODY);
            return () -> {
                try {
                    theirs.close();
                } catch (Throwable fault) {
                    Faults.log(WHO, fault);
                }
            };
        }

        private record Permit(CircuitBreaker.@Nullable Permit permit) implements CircuitBreaker.Permit {

            @Override
            public boolean isProbe() {
                CircuitBreaker.Permit known = permit;
                return known != null && ask(WHO, known::isProbe, false);
            }

            @Override
            public void success(long durationNanos) {
                settle(known -> known.success(durationNanos));
            }

            @Override
            public void failure(long durationNanos, ErrorCategory category) {
                settle(known -> known.failure(durationNanos, category));
            }

            @Override
            public void ignore() {
                settle(CircuitBreaker.Permit::ignore);
            }

            private void settle(Consumer<CircuitBreaker.Permit> ending) {
                CircuitBreaker.Permit known = permit;
                if (known != null) {
                    try {
                        ending.accept(known);
                    } catch (Throwable fault) {
                        Faults.log(WHO, fault);
                    }
                }
            }
        }
    }
}
