package io.forbear.retry.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import io.forbear.retry.testkit.RecordingListener;
import io.forbear.retry.testkit.RetryEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests as users write them. The build does not find them by their names; other tests run them. */
final class SampleTests {

    private static final String ONE_SECOND = "base-delay=1s";

    private SampleTests() {}

    private static String failing(AtomicInteger attempts, int times) throws IOException {
        if (attempts.incrementAndGet() <= times) {
            throw new IOException("down");
        }
        return "Ada";
    }

    @ExtendWith(ForbearExtension.class)
    static class Passing {

        private final AtomicInteger attempts = new AtomicInteger();

        @TestRetry(
                service = "users",
                settings = {"max-attempts = 4", ONE_SECOND, "jitter=none"})
        private Retry users;

        @TestTime
        private ManualRuntime time;

        @BeforeEach
        void theTimeIsThereBeforeATest(ManualClock clock) {
            assertThat(clock).isSameAs(time.clock());
            assertThat(clock.nanoTime()).isZero();
        }

        @Test
        void aFieldIsAServiceOnVirtualTime() throws IOException {
            assertThat(users.call(() -> failing(attempts, 2))).isEqualTo("Ada");

            assertThat(time.sleeper().sleeps()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
            assertThat(users.policy().maxAttempts()).isEqualTo(4);
        }

        @Test
        void aParameterIsAServiceToo(
                Retry other,
                @TestRetry(service = "users") Retry same,
                ManualSleeper sleeper,
                ManualScheduler scheduler,
                RecordingListener heard)
                throws IOException {
            assertThat(other.name()).isEqualTo("test");
            assertThat(same).isSameAs(users);
            assertThat(sleeper).isSameAs(time.sleeper());

            CompletableFuture<String> name = other.callAsync(() -> {
                try {
                    return CompletableFuture.completedFuture(failing(attempts, 1));
                } catch (IOException down) {
                    return CompletableFuture.failedFuture(down);
                }
            });
            assertThat(name).isNotDone();
            scheduler.runAll();

            assertThat(name).isCompletedWithValue("Ada");
            assertThat(heard.events(RetryEvent.Recovered.class)).hasSize(1);
        }

        @Nested
        class Inside {

            @TestTime
            private ManualClock clock;

            @Test
            void aNestedTestHasTheFieldsOfBoth() {
                assertThat(clock).isSameAs(time.clock());
                assertThat(users.name()).isEqualTo("users");
            }
        }
    }

    @ExtendWith(ForbearExtension.class)
    static class Failing {

        private final AtomicInteger attempts = new AtomicInteger();

        @Test
        void fails(
                @TestRetry(
                                service = "users",
                                settings = {ONE_SECOND, "jitter=none"})
                        Retry users)
                throws IOException {
            assertThat(users.call(() -> failing(attempts, 1))).isEqualTo("Grace");
        }

        @Test
        void failsWithoutACall(Retry users) {
            assertThat(users.snapshot().calls()).isEqualTo(1);
        }

        @Test
        void stops(Retry users) throws IOException {
            users.forClient("tenant-7").call(() -> failing(attempts, 9));
        }
    }

    @ExtendWith(ForbearExtension.class)
    static class LeavingCallsOpen {

        @Test
        void leavesACallOpen(Retry users) {
            users.callAsync(() -> CompletableFuture.failedFuture(new IOException("down")));
        }

        @Test
        void leavesAnAttemptOpen(Retry users) {
            users.callAsync(CompletableFuture::new);
        }

        @Test
        void mayLeaveACallOpen(@TestRetry(mayStayOpen = true) Retry users) {
            users.callAsync(CompletableFuture::new);
        }

        @AfterEach
        void theServicesAreStillThere(Retry users) {
            assertThat(users.snapshot().successes()).isZero();
        }
    }

    @ExtendWith(ForbearExtension.class)
    static class WrongField {

        @TestRetry
        private String users;

        @Test
        void isNotRun() {}
    }

    @ExtendWith(ForbearExtension.class)
    static class FinalField {

        @TestTime
        private final ManualClock clock = new ManualClock();

        @Test
        void isNotRun() {
            assertThat(clock).isNotNull();
        }
    }

    @ExtendWith(ForbearExtension.class)
    static class WrongTime {

        @TestTime
        private Duration time;

        @Test
        void isNotRun() {}
    }

    @ExtendWith(ForbearExtension.class)
    static class WrongSettings {

        @Test
        void aKeyIsUnknown(@TestRetry(settings = "max-attemps=4") Retry users) {}

        @Test
        void aLineIsNoSetting(@TestRetry(settings = "four attempts") Retry users) {}

        @Test
        void settingsDiffer(
                @TestRetry(settings = "max-attempts=4") Retry one, @TestRetry(settings = "max-attempts=5") Retry two) {}
    }
}
