package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The way from a service to its budget and its breaker. */
class PartsOfARetryTest {

    @Test
    void aServiceWithoutBudgetAndBreakerHasNone() {
        Retry bare =
                Retries.named("users").withoutBudget().withoutCircuitBreaker().build();

        assertThat(bare.budget()).isEmpty();
        assertThat(bare.circuitBreaker()).isEmpty();
    }

    @Test
    void anOperatorForcesTheBreakerOpenAndResetsIt() {
        Retry users = Retries.named("users").build();
        CircuitBreaker breaker = users.circuitBreaker().orElseThrow();

        breaker.forceOpen();
        assertThat(users.snapshot().breakerState()).contains(State.FORCED_OPEN);
        assertThatThrownBy(() -> users.call(() -> "made")).isInstanceOf(CircuitOpenException.class);

        breaker.reset();
        assertThat(users.call(() -> "made")).isEqualTo("made");
        assertThat(CircuitBreakers.counts(breaker).calls()).isEqualTo(1);
    }

    @Test
    void everyViewHasThePartsOfItsService() {
        Retry users =
                Retries.named("users").clientBudget(RetryBudgets.tokenBucket(5)).build();
        Retry tenant = users.forClient("tenant");

        assertThat(tenant.circuitBreaker()).isEqualTo(users.circuitBreaker());
        assertThat(tenant.budget()).isEqualTo(users.budget());
        assertThat(tenant.budget().orElseThrow().capacity()).isPositive();
    }

    @Test
    void theBalanceOfTheBudgetIsWhatCallsHaveLeft() {
        Retry users = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .build())
                .budget(RetryBudgets.tokenBucket(5))
                .build();

        assertThatThrownBy(() -> users.run(() -> {
                    throw new UncheckedIOException(new IOException("HTTP 503"));
                }))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(users.budget().orElseThrow().balance()).isEqualTo(4 * RetryBudget.TOKEN);
    }

    @Test
    void partsOfAUserAreHandedOutAsTheyWereMade() {
        RetryBudget budget = new Generous();
        CircuitBreaker breaker = new AlwaysClosed();
        Retry users = Retries.named("users")
                .budget(clock -> budget)
                .circuitBreaker((name, clock) -> breaker)
                .build();

        assertThat(users.budget()).containsSame(budget);
        assertThat(users.circuitBreaker()).containsSame(breaker);
        assertThatThrownBy(breaker::forceOpen).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aReloadThatReplacesTheBreakerHandsOutTheNewOne() {
        RetryRegistry registry = RetryRegistry.load(Map.of());
        Retry users = registry.get("users");
        CircuitBreaker before = users.circuitBreaker().orElseThrow();

        registry.reload(RetryConfig.of(Map.of()));
        assertThat(users.circuitBreaker()).containsSame(before);
        registry.reload(RetryConfig.of(Map.of("circuit-breaker", "off")));
        assertThat(users.circuitBreaker()).isEmpty();

        assertThatCode(before::reset).doesNotThrowAnyException();
    }

    private static final class Generous implements RetryBudget {

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            return 0;
        }

        @Override
        public void refund(long milliTokens) {}

        @Override
        public long balance() {
            return TOKEN;
        }

        @Override
        public long capacity() {
            return TOKEN;
        }
    }

    private static final class AlwaysClosed implements CircuitBreaker {

        @Override
        public @Nullable Permit tryAcquire() {
            return null;
        }

        @Override
        public State state() {
            return State.CLOSED;
        }

        @Override
        public Duration untilProbe() {
            return Duration.ZERO;
        }

        @Override
        public Subscription onTransition(TransitionListener listener) {
            return () -> {};
        }
    }
}
