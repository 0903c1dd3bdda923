package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoggingListenerTest {

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private System.Logger.Level least = System.Logger.Level.DEBUG;

    private final LoggingListener listener = new LoggingListener(
            new System.Logger() {
                @Override
                public String getName() {
                    return "test";
                }

                @Override
                public boolean isLoggable(Level level) {
                    return level.getSeverity() >= least.getSeverity();
                }

                @Override
                public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
                    lines.add(level + " " + message);
                }

                @Override
                public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
                    lines.add(level + " " + (parameters == null ? format : MessageFormat.format(format, parameters)));
                }
            },
            now::get);

    private static FailedAttempt failed(String service) {
        return new FailedAttempt(
                service, "tenant", 3, Classification.of(ErrorCategory.TIMEOUT), new IOException("secret"));
    }

    @Test
    void aStoppedCallIsOneLineAtDebugWithoutMessageAndClient() {
        listener.onStop(failed("users"), StopReason.ATTEMPTS_EXHAUSTED);

        assertThat(lines)
                .containsExactly("DEBUG call to users stopped: ATTEMPTS_EXHAUSTED after attempts: 3,"
                        + " last failure: java.io.IOException");
    }

    /** resilience4j#1205: a null pointer where there was a bad result and no throwable. */
    @Test
    void aBadResultIsNamedByItsCategory() {
        listener.onStop(
                new FailedAttempt("users", null, 3, Classification.of(ErrorCategory.TIMEOUT), null),
                StopReason.ATTEMPTS_EXHAUSTED);

        assertThat(lines)
                .containsExactly("DEBUG call to users stopped: ATTEMPTS_EXHAUSTED after attempts: 3,"
                        + " last failure: TIMEOUT");
    }

    @Test
    void anExhaustedBudgetIsOneLineInTenSecondsForEachService() {
        least = System.Logger.Level.INFO;
        for (int i = 0; i < 100; i++) {
            listener.onStop(failed("users"), StopReason.BUDGET_EXHAUSTED);
        }
        listener.onStop(failed("orders"), StopReason.BUDGET_EXHAUSTED);
        now.addAndGet(10_000_000_000L);
        listener.onStop(failed("users"), StopReason.BUDGET_EXHAUSTED);

        assertThat(lines)
                .containsExactly(
                        "INFO retry budget of users is exhausted",
                        "INFO retry budget of orders is exhausted",
                        "INFO retry budget of users is exhausted (lines left out since the last: 99)");
    }

    @Test
    void aTransitionIsALineAtInfo() {
        listener.onTransition("users", State.CLOSED, State.OPEN);
        assertThat(lines).containsExactly("INFO circuit breaker of users: CLOSED -> OPEN");
    }

    @Test
    void nothingIsWrittenWhereTheLevelIsHigher() {
        least = System.Logger.Level.WARNING;
        listener.onTransition("users", State.CLOSED, State.OPEN);
        listener.onStop(failed("users"), StopReason.BUDGET_EXHAUSTED);
        assertThat(lines).isEmpty();
    }

    @Test
    void servicesBeyondAThousandShareALine() {
        for (int i = 0; i < 1000; i++) {
            listener.onTransition("service " + i, State.CLOSED, State.OPEN);
        }
        assertThat(lines).hasSize(1000);

        listener.onTransition("one more", State.CLOSED, State.OPEN);
        listener.onTransition("another", State.CLOSED, State.OPEN);
        assertThat(lines).hasSize(1001).last().isEqualTo("INFO circuit breaker of one more: CLOSED -> OPEN");

        listener.onTransition("service 999", State.OPEN, State.HALF_OPEN);
        now.addAndGet(10_000_000_000L);
        listener.onTransition("service 999", State.HALF_OPEN, State.OPEN);
        listener.onTransition("a third", State.CLOSED, State.OPEN);

        assertThat(lines.subList(1001, lines.size()))
                .containsExactly(
                        "INFO circuit breaker of service 999: HALF_OPEN -> OPEN (lines left out since the last: 1)",
                        "INFO circuit breaker of a third: CLOSED -> OPEN (lines left out since the last: 1)");
    }

    @Test
    void aLineIsDueAfterTenSecondsAndNotANanosecondSooner() {
        listener.onTransition("users", State.CLOSED, State.OPEN);
        now.addAndGet(9_999_999_999L);
        listener.onTransition("users", State.OPEN, State.HALF_OPEN);
        now.addAndGet(1);
        listener.onTransition("users", State.HALF_OPEN, State.CLOSED);
        now.addAndGet(10_000_000_000L);
        listener.onTransition("users", State.CLOSED, State.OPEN);

        assertThat(lines)
                .containsExactly(
                        "INFO circuit breaker of users: CLOSED -> OPEN",
                        "INFO circuit breaker of users: HALF_OPEN -> CLOSED (lines left out since the last: 1)",
                        "INFO circuit breaker of users: CLOSED -> OPEN");
    }

    @Test
    void loggingGivesAListener() {
        assertThat(RetryListeners.logging()).isInstanceOf(LoggingListener.class);
    }
}
