package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testsupport.VirtualThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Blocking calls on virtual threads, as the virtual machine sees them: it records each thread that keeps its carrier as
 * it parks.
 */
class VirtualThreadTest {

    private static final int CALLS = 1_000;

    @TempDir
    private Path folder;

    /** Parks while the virtual machine is on the stack, which pins on every JDK. */
    private static final class Pinning {
        static final long DONE = park();

        private static long park() {
            LockSupport.parkNanos(5_000_000);
            return 1;
        }
    }

    @BeforeEach
    void needsVirtualThreads() {
        VirtualThreads.assumed();
    }

    private static void runAll(int threads, Runnable task) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = VirtualThreads.assumed().newThread(task);
            all.add(thread);
            thread.start();
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    /** Returns what pinned a carrier while the tasks ran. */
    private List<RecordedEvent> pinnedBy(int threads, Runnable task) throws Exception {
        Path file = folder.resolve("pinned.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
            recording.start();
            runAll(threads, task);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> pinned = new ArrayList<>(RecordingFile.readAllEvents(file));
        pinned.removeIf(event -> !event.getEventType().getName().equals("jdk.VirtualThreadPinned"));
        Files.delete(file);
        return pinned;
    }

    @Test
    void blockingCallsWaitWithoutPinning() throws Exception {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofMillis(5)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
        AtomicInteger ended = new AtomicInteger();
        Runnable calls = () -> {
            int[] attempts = {0};
            try {
                String result = retry.call(() -> {
                    if (++attempts[0] < 3) {
                        throw new IOException("down");
                    }
                    return "result";
                });
                ended.addAndGet(result.length());
            } catch (IOException down) {
                ended.addAndGet(-1);
            }
        };
        runAll(1, calls);
        runAll(CALLS, calls); // a class that is initialized under contention pins too
        ended.set(0);

        List<RecordedEvent> pinned = pinnedBy(CALLS, calls);

        assertThat(pinned)
                .filteredOn(event -> event.toString().contains("io.forbear"))
                .isEmpty();
        assertThat(ended).hasValue(CALLS * "result".length());
        assertThat(retry.snapshot().recovered()).isEqualTo(2 * CALLS + 1);
        assertThat(retry.snapshot().attempts()).isEqualTo(3L * (2 * CALLS + 1));
    }

    @Test
    void pinningWouldBeSeen() throws Exception {
        List<RecordedEvent> pinned = pinnedBy(1, () -> assertThat(Pinning.DONE).isOne());

        assertThat(pinned).isNotEmpty();
    }
}
