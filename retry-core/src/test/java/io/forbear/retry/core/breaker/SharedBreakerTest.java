package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A breaker that a program holds while services use it. */
class SharedBreakerTest {

    private final CircuitBreaker breaker =
            CircuitBreakers.consecutiveFailures(3).openFor(Duration.ofHours(1)).create("inventory", NanoClock.system());
    private final Retry reads = service("reads");
    private final Retry writes = service("writes");

    private Retry service(String name) {
        return Retries.named(name)
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .circuitBreaker(CircuitBreakers.shared(breaker))
                .build();
    }

    private static void fail(Retry service) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> service.run(() -> {
                    throw new IOException("down");
                }));
    }

    private static void refuses(Retry service, String message) {
        assertThatExceptionOfType(CircuitOpenException.class)
                .isThrownBy(() -> service.run(() -> {}))
                .withMessageStartingWith(message);
    }

    @Test
    void itsCountsAreThoseOfAllItsServices() throws Exception {
        reads.run(() -> {});
        fail(reads);
        fail(writes);

        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(3, 2, 0, 0));
        fail(writes);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        refuses(reads, "reads: circuit open, next probe in ");
    }

    @Test
    void aBreakerThatAProgramForcedOpenRefusesTheCallsOfAllUntilItIsReset() throws Exception {
        breaker.forceOpen();
        refuses(reads, "reads: circuit forced open, no probe until it is reset");
        refuses(writes, "writes: circuit forced open, no probe until it is reset");

        breaker.reset();
        reads.run(() -> {});
        writes.run(() -> {});
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void twoDescriptionsAreEqualIfTheyGiveTheSameBreaker() {
        CircuitBreaker.Spec shared = CircuitBreakers.shared(breaker);
        CircuitBreaker other = CircuitBreakers.standard().create("inventory", NanoClock.system());

        assertThat(shared.create("any", () -> 0)).isSameAs(breaker);
        assertThat(shared)
                .isEqualTo(CircuitBreakers.shared(breaker))
                .hasSameHashCodeAs(CircuitBreakers.shared(breaker))
                .isNotEqualTo(CircuitBreakers.shared(other))
                .isNotEqualTo("spec");
    }

    @Test
    void refusesNoBreaker() {
        assertThatNullPointerException()
                .isThrownBy(() -> CircuitBreakers.shared(null))
                .withMessage("breaker");
    }
}
