package user;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualSleeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UsersTest {

    @Test
    void retriesUntilTheServiceAnswers() {
        AtomicInteger attempts = new AtomicInteger();
        ManualSleeper sleeper = new ManualSleeper(new ManualClock());
        Users users = new Users(Retries.named("users").runtime(r -> r.sleeper(sleeper)).build(), () -> {
            if (attempts.incrementAndGet() < 3) {
                throw new UncheckedIOException(new IOException("connection reset"));
            }
            return "Ada";
        });

        assertEquals("Ada", users.get());

        System.out.println("the user's project made " + attempts + " attempts");
    }
}
