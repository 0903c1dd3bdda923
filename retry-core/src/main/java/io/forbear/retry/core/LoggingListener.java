package io.forbear.retry.core;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.core.internal.QuietLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Writes down what stopped and what changed. Names classes of failures, never their messages, and no client. */
final class LoggingListener implements RetryListener {
    /*
     * State      for each service and kind of line: when the last was written, how many were left out since.
     * Invariant  at most MAX_SERVICES entries; further services share one.
     * Writers    any thread on a path that has failed.   Progress   lock-free but for the map's bins and the line
     * itself.
     */

    private static final int MAX_SERVICES = 1_000;

    private final Logger log;
    private final NanoClock clock;
    private final Map<String, QuietLog> transitions = new ConcurrentHashMap<>();
    private final Map<String, QuietLog> budgets = new ConcurrentHashMap<>();

    LoggingListener(Logger log, NanoClock clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void onStop(FailedAttempt failed, StopReason reason) {
        if (log.isLoggable(Level.DEBUG)) {
            Throwable failure = failed.failure();
            log.log(
                    Level.DEBUG,
                    "call to {0} stopped: {1} after attempts: {2}, last failure: {3}",
                    OneLine.of(failed.service()),
                    reason,
                    failed.attempt(),
                    failure == null
                            ? failed.classification().category()
                            : failure.getClass().getName());
        }
        if (reason == StopReason.BUDGET_EXHAUSTED) {
            inTurn(budgets, failed.service(), "retry budget of " + OneLine.of(failed.service()) + " is exhausted");
        }
    }

    @Override
    public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
        inTurn(transitions, service, "circuit breaker of " + OneLine.of(service) + ": " + from + " -> " + to);
    }

    private void inTurn(Map<String, QuietLog> turns, String service, String text) {
        if (!log.isLoggable(Level.INFO)) {
            return;
        }
        String key = turns.size() < MAX_SERVICES || turns.containsKey(service) ? service : "";
        long untold = turns.computeIfAbsent(key, first -> new QuietLog(clock)).take();
        if (untold >= 0) {
            String line = untold == 0 ? text : text + " (lines left out since the last: " + untold + ")";
            log.log(Level.INFO, () -> line);
        }
    }
}
