package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorCategory;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A breaker of Resilience4j stands where ours stands. */
class Resilience4jBreakerTest {

    private final io.github.resilience4j.circuitbreaker.CircuitBreaker theirs =
            io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
                    "users",
                    CircuitBreakerConfig.custom()
                            .slidingWindow(4, 4, SlidingWindowType.COUNT_BASED)
                            .permittedNumberOfCallsInHalfOpenState(1)
                            .waitDurationInOpenState(Duration.ofHours(1))
                            .build());
    private final CircuitBreaker breaker = new Resilience4jBreaker(theirs, NanoClock.system());

    private Permit acquire() {
        return Objects.requireNonNull(breaker.tryAcquire(), "refused");
    }

    private void open() {
        for (int i = 0; i < 4; i++) {
            acquire().failure(-1, ErrorCategory.SERVER_ERROR);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void refusesCallsOfARetryOnceItIsOpen() {
        Retry users = Retries.named("users")
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .circuitBreaker((name, clock) -> breaker)
                .build();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> users.call(() -> {
                        made.add("call");
                        throw new java.io.UncheckedIOException(new java.net.ConnectException("refused"));
                    }))
                    .isInstanceOf(java.io.UncheckedIOException.class);
        }

        assertThatThrownBy(() -> users.call(() -> made.add("one more"))).isInstanceOf(CircuitOpenException.class);
        assertThat(made).hasSize(4).doesNotContain("one more");
        assertThat(breaker.untilProbe()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    }

    @Test
    void tellsTransitionsInOurWords() {
        List<String> told = new ArrayList<>();
        breaker.onTransition((from, to) -> told.add(from + " -> " + to));

        open();
        theirs.transitionToHalfOpenState();
        Permit probe = acquire();
        assertThat(probe.isProbe()).isTrue();
        probe.success(1);

        assertThat(told).containsExactly("CLOSED -> OPEN", "OPEN -> HALF_OPEN", "HALF_OPEN -> CLOSED");
    }

    @Test
    void tellsNobodyWhoWasTakenAway() {
        List<String> told = new ArrayList<>();
        CircuitBreaker.Subscription subscription = breaker.onTransition((from, to) -> told.add(from + " -> " + to));
        breaker.onTransition((from, to) -> told.add("other"));

        subscription.close();
        open();

        assertThat(told).containsExactly("other");
    }

    @Test
    void settlesOnceAndNotLate() {
        Permit late = acquire();
        open();
        theirs.transitionToHalfOpenState();
        Permit probe = acquire();

        late.success(1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        probe.ignore();
        probe.success(1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        acquire().failure(1, ErrorCategory.TIMEOUT);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void countsNoClientErrors() {
        for (int i = 0; i < 100; i++) {
            acquire().failure(1, ErrorCategory.CLIENT_ERROR);
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(theirs.getMetrics().getNumberOfBufferedCalls()).isZero();
    }
}
