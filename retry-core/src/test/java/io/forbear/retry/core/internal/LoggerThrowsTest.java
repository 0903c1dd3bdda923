package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryListeners;
import io.forbear.retry.core.breaker.CircuitBreakers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log that throws where a line is written changes no call: neither its end nor its books. */
class LoggerThrowsTest {

    private final AtomicInteger lines = new AtomicInteger();
    private final IOException failure = new IOException("down");
    private final Logger logger = Logger.getLogger("io.forbear.retry");
    private final Handler broken = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.incrementAndGet();
            throw new IllegalStateException("of the test");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private static final RetryListener FAULTY = new RetryListener() {
        @Override
        public void onRetry(FailedAttempt failed, Duration delay) {
            throw new IllegalArgumentException("of the test");
        }

        @Override
        public void onStop(FailedAttempt failed, StopReason reason) {
            throw new IllegalArgumentException("of the test");
        }

        @Override
        public void onRecovered(String service, int attempts) {
            throw new IllegalArgumentException("of the test");
        }
    };

    @BeforeEach
    void breaksTheLog() throws Exception {
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
        logger.addHandler(broken);
        aLineIsDue();
    }

    @AfterEach
    void mendsTheLog() {
        logger.removeHandler(broken);
        logger.setLevel(null);
        logger.setUseParentHandlers(true);
    }

    /** Other tests may have had a fault in the last ten seconds. */
    private static void aLineIsDue() throws Exception {
        Field all = Faults.class.getDeclaredField("ALL");
        all.setAccessible(true);
        Field last = QuietLog.class.getDeclaredField("last");
        last.setAccessible(true);
        ((AtomicLong) last.get(all.get(null))).set(System.nanoTime() - TimeUnit.SECONDS.toNanos(11));
    }

    private static Retries.Builder named(RetryPolicy.Builder policy) {
        return Retries.named("users")
                .policy(policy.backoff(Backoff.none()).build())
                .withoutBudget()
                .runtime(r -> r.executor(Runnable::run));
    }

    private static Retries.Builder named() {
        return named(RetryPolicy.builder());
    }

    private void givesUp(Retry retry) {
        Throwable thrown = catchThrowable(() -> retry.run(() -> {
            throw failure;
        }));

        assertThat(thrown).isSameAs(failure);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
        assertThat(lines.get()).isPositive();
    }

    private void recovers(Retry retry) throws IOException {
        int[] made = {0};
        String answer = retry.call(() -> {
            if (++made[0] == 1) {
                throw failure;
            }
            return "answer";
        });

        assertThat(answer).isEqualTo("answer");
        assertThat(retry.snapshot().recovered()).isEqualTo(1);
        assertThat(lines.get()).isPositive();
    }

    @Test
    void whereTheLibrarysOwnListenerLogsACallThatGivesUp() {
        givesUp(named().listener(RetryListeners.logging()).build());
    }

    @Test
    void whereItLogsThatABreakerOpens() {
        givesUp(named().listener(RetryListeners.logging())
                .circuitBreaker(CircuitBreakers.consecutiveFailures(1))
                .build());
    }

    @Test
    void whereAListenerThrows() throws Exception {
        recovers(named().listener(FAULTY).build());
    }

    @Test
    void whereAListenerOfAnAsynchronousCallThrows() {
        Retry retry = named().listener(FAULTY).build();
        int[] made = {0};

        CompletableFuture<String> call = retry.callAsync(() ->
                ++made[0] == 1 ? CompletableFuture.failedFuture(failure) : CompletableFuture.completedFuture("answer"));

        assertThat(call).isCompletedWithValue("answer");
        assertThat(lines.get()).isPositive();
    }

    @Test
    void whereAClassifierThrows() {
        givesUp(named(RetryPolicy.builder().classifier(thrown -> {
                    throw new IllegalArgumentException("of the test");
                }))
                .build());
    }

    @Test
    void whereARuleForResultsThrows() {
        Retry retry = named(RetryPolicy.builder().classifyResult(String.class, answer -> {
                    throw new IllegalArgumentException("of the test");
                }))
                .build();

        assertThat(retry.<String, RuntimeException>call(() -> "answer")).isEqualTo("answer");
        assertThat(retry.snapshot().successes()).isEqualTo(1);
        assertThat(lines.get()).isPositive();
    }

    @Test
    void whereALookOfTheTickThrows() {
        long[] count = {0};
        Ticked faulty = new Ticked() {
            @Override
            public void look(long nowNanos) {
                throw new IllegalArgumentException("of the test");
            }

            @Override
            public long progress() {
                return ++count[0];
            }
        };

        assertThat(Watch.of(faulty, () -> 0, 1).look(faulty)).isTrue();
        assertThat(lines.get()).isPositive();
    }

    @Test
    void theThreadIsNotLeftMarkedAsRetrying() throws Exception {
        recovers(named().listener(FAULTY).build());

        assertThat(Retries.currentAttempt()).isEqualTo(1);
    }
}
