package io.forbear.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.junit.ForbearExtension;
import io.forbear.retry.junit.TestRetry;
import io.forbear.retry.testkit.ManualSleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test that is given its service, on virtual time. */
@ExtendWith(ForbearExtension.class)
class UsersTest {

    @Test
    void aUserIsFoundAtTheThirdAttempt(
            @TestRetry(
                            service = "users",
                            settings = {"max-attempts=4", "jitter=none"})
                    Retry users,
            ManualSleeper sleeper)
            throws IOException {
        AtomicInteger attempts = new AtomicInteger();

        String name = users.call(() -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IOException("down");
            }
            return "Ada";
        });

        assertThat(name).isEqualTo("Ada");
        assertThat(sleeper.sleeps()).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
    }
}
