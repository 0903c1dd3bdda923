package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.operations.ServiceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watched file that is good and broken in turn, ten thousand times, under the calls of two threads. */
class ReloadSoakTest {

    private static final int CHANGES = 10_000;
    /** Between two calls of a thread: the reloads need a processor too. */
    private static final long PAUSE_NANOS = 50_000;

    private static final int TOKENS = 900_000_000;

    private static final String ALWAYS = "base-delay=0\nmax-delay=0\nretry-budget=" + TOKENS
            + " tokens\nreplenishment-rate=0\ncircuit-breaker=100%\ncircuit-breaker-minimum-calls=2000000000\n";

    /** Held, since the JDK keeps a logger only while somebody does. */
    private static final Logger LOG = Logger.getLogger("io.forbear.retry");

    @TempDir
    private Path dir;

    @BeforeEach
    void keepsTheConsoleQuiet() {
        LOG.setLevel(Level.OFF); // five thousand refusals are written otherwise
    }

    @AfterEach
    void letsTheLogSpeakAgain() {
        LOG.setLevel(null);
    }

    /** The calls of one thread: how many were made, failed, and were attempted. */
    private static final class Caller extends Thread {

        private final Retry retry;
        private final AtomicLong attempts;
        private volatile boolean over;
        private long calls;
        private long failed;
        private final List<Throwable> odd = new ArrayList<>();

        Caller(Retry retry, AtomicLong attempts) {
            this.retry = retry;
            this.attempts = attempts;
        }

        @Override
        public void run() {
            while (!over) {
                boolean fails = calls++ % 3 == 0;
                Throwable thrown = catchThrowable(() -> retry.run(() -> {
                    attempts.incrementAndGet();
                    if (fails) {
                        throw new IOException("down");
                    }
                }));
                failed += fails ? 1 : 0;
                LockSupport.parkNanos(PAUSE_NANOS);
                if (fails != thrown instanceof IOException) {
                    odd.add(thrown == null ? new AssertionError("a call that fails has succeeded") : thrown);
                }
            }
        }
    }

    @Tag("bounds")
    @Test
    void noCallIsLostAndEveryStateGoesOn() throws Exception {
        Path file = dir.resolve("forbear.properties");
        Files.writeString(file, ALWAYS);
        ConfigSources sources = ConfigSources.none().file(file).lookEvery(Duration.ofDays(1));
        try (RetryRegistry registry = RetryRegistry.builder()
                .runtime(r -> r.clock(() -> 0).sleeper(nanos -> {}))
                .build(sources.read())) {
            Retry orders = registry.get("orders");
            ConfigWatch watch = registry.watch(sources);
            AtomicLong attempts = new AtomicLong();
            List<Caller> callers = List.of(new Caller(orders, attempts), new Caller(orders, attempts));
            callers.forEach(Thread::start);

            for (int change = 1; change <= CHANGES; change++) {
                String next = change % 2 == 0 ? "max-attempts=" + (2 + change % 3) : "max-attempts=many, " + change;
                Files.writeString(file, ALWAYS + next + "\n");
                watch.look();
                watch.look();
            }
            for (Caller caller : callers) {
                caller.over = true;
                caller.join();
            }

            assertThat(watch.refusals()).isEqualTo(CHANGES / 2);
            assertThat(watch.reloads()).isEqualTo(CHANGES / 2);
            check(orders, callers, attempts.get());
        }
    }

    private static void check(Retry orders, List<Caller> callers, long attempts) {
        long calls = callers.stream().mapToLong(caller -> caller.calls).sum();
        long failed = callers.stream().mapToLong(caller -> caller.failed).sum();
        RetrySnapshot figures = orders.snapshot();
        long stopped =
                Stream.of(StopReason.values()).mapToLong(figures::stopped).sum();

        assertThat(callers).allSatisfy(caller -> assertThat(caller.odd).isEmpty());
        assertThat(figures.calls()).isEqualTo(calls);
        assertThat(figures.successes()).isEqualTo(calls - failed);
        assertThat(stopped).isEqualTo(failed);
        assertThat(figures.attempts()).isEqualTo(attempts);
        assertThat(TOKENS - (long) figures.budgetRemaining())
                .as("the budget of the beginning has paid for every retry")
                .isEqualTo(attempts - calls);
        assertThat(orders.operations().breakerWindow().orElseThrow().calls())
                .as("the window of the beginning has every attempt")
                .isEqualTo(attempts);
        assertThat(orders.operations().breakerWindow().orElseThrow().failures()).isEqualTo(attempts - (calls - failed));
        assertThat(figures.breakerState()).contains(CircuitBreaker.State.CLOSED);
        assertThat(orders.operations().events())
                .extracting(ServiceEvent::kind)
                .containsOnly(ServiceEvent.Kind.RELOADED, ServiceEvent.Kind.RELOAD_REFUSED);
        System.out.println(CHANGES + " changes of a watched file under " + calls + " calls, " + attempts + " attempts");
    }
}
