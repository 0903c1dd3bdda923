package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.call.CallState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Very many asynchronous calls that wait at once: 100,000 by default, {@code -Dforbear.bounds=full} for 1,000,000.
 * Sizes are those of the live objects that the virtual machine counts, whatever else it does meanwhile.
 */
@Tag("bounds")
class AsyncScaleTest {

    private static final int PENDING = "full".equals(System.getProperty("forbear.bounds")) ? 1_000_000 : 100_000;

    /** What is allowed, of which a timer of the JDK's takes 72. */
    private static final int BYTES = 250;

    /** A failure that costs nothing to make and keeps nothing: it is the caller's, not ours. */
    private static final Exception DOWN = new Exception("down", null, false, false) {
        private static final long serialVersionUID = 1;
    };

    private static final CompletableFuture<String> FAILED = CompletableFuture.failedFuture(DOWN);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

    AsyncScaleTest() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void stopsTheTimer() {
        timer.shutdownNow();
    }

    /** Live objects and their bytes, of one class or of all ({@code Total}). */
    private record Live(long objects, long bytes) {

        static Live of(String histogram, String name) {
            return Arrays.stream(histogram.split("\n"))
                    .map(line -> line.trim().split("\\s+"))
                    .filter(words -> words.length >= 3 && (words[0].equals(name) || isOf(words, name)))
                    .map(words -> new Live(Long.parseLong(words[1]), Long.parseLong(words[2])))
                    .reduce(new Live(0, 0), (a, b) -> new Live(a.objects + b.objects, a.bytes + b.bytes));
        }

        private static boolean isOf(String[] words, String name) {
            return words.length >= 4 && words[3].equals(name);
        }
    }

    /** Collects garbage and counts what is left. */
    private static String histogram() throws Exception {
        Object[] arguments = {new String[0]};
        String[] signature = {String[].class.getName()};
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        arguments,
                        signature);
    }

    private Retry waiting() {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofHours(1)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(timer))
                .build();
    }

    @Tag("bounds")
    @Test
    void pendingRetriesAreSmallAndLeaveNothingBehindWhenTheyAreCancelled() throws Exception {
        Retry retry = waiting();
        CompletableFuture<?>[] futures = new CompletableFuture<?>[PENDING];
        retry.callAsync(() -> FAILED).cancel(false);
        String before = histogram();

        for (int i = 0; i < PENDING; i++) {
            futures[i] = retry.callAsync(() -> FAILED);
        }
        String pending = histogram();

        double each = (double) (Live.of(pending, "Total").bytes - Live.of(before, "Total").bytes) / PENDING;
        System.out.printf("%,d pending retries: %.1f bytes each with their timers%n", PENDING, each);
        for (Class<?> type : new Class<?>[] {AsyncCall.class, CallState.class, RetryTimer.class}) {
            Live live = Live.of(pending, type.getName());
            System.out.printf("  %s: %d bytes%n", type.getSimpleName(), live.bytes / live.objects);
        }
        assertThat(timer.getQueue()).hasSize(PENDING);
        assertThat(Live.of(pending, CallState.class.getName()).objects).isGreaterThanOrEqualTo(PENDING);
        assertThat(each).isBetween(50.0, (double) BYTES);

        for (CompletableFuture<?> future : futures) {
            future.cancel(true);
        }
        String after = histogram();

        assertThat(timer.getQueue()).isEmpty();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(PENDING + 1);
        assertThat(futures).allMatch(CompletableFuture::isCancelled);
        for (Class<?> type : new Class<?>[] {CallState.class, RetryTimer.class, StageAttempt.class}) {
            assertThat(Live.of(after, type.getName()).objects)
                    .as("%s reachable from futures that their caller keeps", type)
                    .isLessThanOrEqualTo(Live.of(before, type.getName()).objects);
        }
    }
}
