package io.forbear.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualRuntime;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A test that waits for nothing: the sleeper moves the clock. */
class VirtualTimeTest {

    @Test
    void waitsTwiceAsLongBeforeTheSecondRetry() throws SocketException {
        ManualRuntime manual = new ManualRuntime();
        Retry users = Retries.named("user-service")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20))
                                .jitter(Jitter.none()))
                        .build())
                .runtime(manual.runtime())
                .build();
        AtomicInteger attempts = new AtomicInteger();

        users.run(() -> {
            if (attempts.incrementAndGet() < 3) {
                throw new SocketException("connection reset");
            }
        });

        assertThat(manual.sleeper().sleeps()).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
    }
}
