package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.FailedAttempt;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.ServiceEvent.Kind;
import java.io.IOException;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoggingListenerTest {

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private System.Logger.Level least = System.Logger.Level.DEBUG;

    private final System.Logger log = new System.Logger() {
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
    };
    private final LoggingListener listener = new LoggingListener(log, now::get, false);
    private final LoggingListener named = new LoggingListener(log, now::get, true);

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

    private static ServiceEvent event(String service, Kind kind, String text) {
        return new ServiceEvent(Instant.EPOCH, service, kind, text, Map.of("topClient", "tenant\n7"));
    }

    private void told(String service, Kind kind) {
        listener.onEvent(event(service, kind, kind.name()));
    }

    @Test
    void aBudgetThatDeniesAndGrantsInTurnIsOneLineInTenSecondsForEachService() {
        for (int i = 0; i < 50; i++) {
            told("users", Kind.BUDGET_DENIED);
            told("users", Kind.BUDGET_GRANTED);
        }
        told("orders", Kind.BUDGET_DENIED);
        now.addAndGet(10_000_000_000L);
        told("users", Kind.BUDGET_GRANTED);

        assertThat(lines)
                .containsExactly(
                        "INFO users: BUDGET_DENIED",
                        "INFO orders: BUDGET_DENIED",
                        "INFO users: BUDGET_GRANTED (lines left out since the last: 99)");
    }

    @Test
    void whatOpenedTheBreakerIsNeverLeftOutAndSaysHowMuchWas() {
        told("users", Kind.BREAKER_OPENED);
        for (int i = 0; i < 5; i++) {
            told("users", Kind.BREAKER_HALF_OPENED);
            told("users", Kind.BREAKER_REOPENED);
        }
        told("users", Kind.BREAKER_CLOSED);
        told("users", Kind.BREAKER_OPENED);

        assertThat(lines)
                .containsExactly(
                        "INFO users: BREAKER_OPENED",
                        "INFO users: BREAKER_CLOSED (lines left out since the last: 10)",
                        "INFO users: BREAKER_OPENED");
    }

    @Test
    void aSwitchAReloadAndTheEndOfAPauseAreAlwaysWritten() {
        for (int i = 0; i < 2; i++) {
            told("users", Kind.SWITCHED);
            told("users", Kind.RELOADED);
            told("users", Kind.PAUSE_ENDED);
            told("users", Kind.BREAKER_FORCED);
        }

        assertThat(lines).hasSize(8);
    }

    @Test
    void aClientIsNamedWhereThatWasAskedForAndOnOneLine() {
        told("us\ners", Kind.BUDGET_DENIED);
        List<String> plain = List.copyOf(lines);
        lines.clear();
        named.onEvent(event("us\ners", Kind.BUDGET_DENIED, "empty"));

        assertThat(plain).containsExactly("INFO us\\ners: BUDGET_DENIED");
        assertThat(lines).containsExactly("INFO us\\ners: empty; most was taken by client tenant\\n7");
    }

    @Test
    void nothingIsWrittenWhereTheLevelIsHigher() {
        least = System.Logger.Level.WARNING;
        told("users", Kind.BREAKER_OPENED);
        told("users", Kind.BUDGET_DENIED);
        assertThat(lines).isEmpty();
    }

    @Test
    void servicesBeyondAThousandShareALine() {
        for (int i = 0; i < 1000; i++) {
            told("service " + i, Kind.BREAKER_HALF_OPENED);
        }
        assertThat(lines).hasSize(1000);

        told("one more", Kind.BREAKER_HALF_OPENED);
        told("another", Kind.BREAKER_HALF_OPENED);
        assertThat(lines).hasSize(1001).last().isEqualTo("INFO one more: BREAKER_HALF_OPENED");

        told("service 999", Kind.BREAKER_REOPENED);
        now.addAndGet(10_000_000_000L);
        told("service 999", Kind.BREAKER_HALF_OPENED);
        told("a third", Kind.BREAKER_HALF_OPENED);

        assertThat(lines.subList(1001, lines.size()))
                .containsExactly(
                        "INFO service 999: BREAKER_HALF_OPENED (lines left out since the last: 1)",
                        "INFO a third: BREAKER_HALF_OPENED (lines left out since the last: 1)");
    }

    @Test
    void aLineIsDueAfterTenSecondsAndNotANanosecondSooner() {
        told("users", Kind.BREAKER_HALF_OPENED);
        now.addAndGet(9_999_999_999L);
        told("users", Kind.BREAKER_REOPENED);
        now.addAndGet(1);
        told("users", Kind.BREAKER_HALF_OPENED);
        now.addAndGet(10_000_000_000L);
        told("users", Kind.BREAKER_REOPENED);

        assertThat(lines)
                .containsExactly(
                        "INFO users: BREAKER_HALF_OPENED",
                        "INFO users: BREAKER_HALF_OPENED (lines left out since the last: 1)",
                        "INFO users: BREAKER_REOPENED");
    }

    @Test
    void loggingGivesAListener() {
        assertThat(RetryListeners.logging()).isInstanceOf(LoggingListener.class);
        assertThat(RetryListeners.loggingWithClients()).isInstanceOf(LoggingListener.class);
    }
}
