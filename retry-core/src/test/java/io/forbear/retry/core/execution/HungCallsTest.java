package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A service that accepts calls and answers none: calls end at their deadline, and the breaker learns from that. */
class HungCallsTest {

    private final ManualClock clock = new ManualClock();
    private final List<CircuitBreaker> made = new ArrayList<>();
    private int sent;

    private Retry service(CircuitBreaker.Spec breaker) {
        return Retries.named("users")
                .runtime(r ->
                        r.clock(clock).scheduler(new ManualScheduler(clock)).executor(Runnable::run))
                .withoutBudget()
                .policy(RetryPolicy.builder().deadline(ofSeconds(3)).build())
                .circuitBreaker((name, time) -> {
                    CircuitBreaker breakerOfTest = breaker.create(name, time);
                    made.add(breakerOfTest);
                    return breakerOfTest;
                })
                .build();
    }

    @Test
    void theBreakerOpensThoughNoCallIsAnswered() {
        Retry retry = service(CircuitBreakers.failureRate(0.5)
                .window(ofSeconds(10))
                .minimumCalls(20)
                .slowCallRate(0.5, ofSeconds(2))
                .openFor(ofSeconds(60)));
        List<CompletableFuture<String>> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) { // 100 a second
            calls.add(retry.callAsync(() -> {
                sent++;
                return new CompletableFuture<>();
            }));
            clock.advance(ofMillis(10));
        }

        assertThat(made.get(0).state()).isEqualTo(State.OPEN);
        assertThat(sent).as("until the twentieth has come to its deadline").isEqualTo(319);
        clock.advance(ofSeconds(3));
        assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(retry.snapshot().calls()).isEqualTo(1000);
        assertThat(retry.snapshot().stopped(StopReason.CIRCUIT_OPEN)).isEqualTo(1000L - sent);
    }

    @Test
    void aBreakerThatIsForcedOpenSaysSo() {
        Retry retry = service(CircuitBreakers.failureRate(0.5));
        made.get(0).forceOpen();

        CircuitOpenException refused = (CircuitOpenException) catchThrowable(() -> retry.run(() -> {}));

        assertThat(refused).hasMessage("users: circuit forced open, no probe until it is reset");
        assertThat(refused.untilProbe()).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
        made.get(0).reset();
        made.get(0).open();
        assertThat(catchThrowable(() -> retry.run(() -> {})))
                .hasMessageMatching("users: circuit open, next probe in \\d+ ms");
    }
}
