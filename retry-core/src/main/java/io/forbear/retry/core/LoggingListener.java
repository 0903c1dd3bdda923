package io.forbear.retry.core;

import io.forbear.retry.FailedAttempt;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.core.internal.QuietLog;
import io.forbear.retry.operations.ServiceEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes down what stopped and what changed. Names classes of failures, never their messages, and a client only where
 * that was asked for.
 */
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
    private final boolean namesClients;
    private final Map<String, QuietLog> transitions = new ConcurrentHashMap<>();
    private final Map<String, QuietLog> budgets = new ConcurrentHashMap<>();

    LoggingListener(Logger log, NanoClock clock, boolean namesClients) {
        this.log = log;
        this.clock = clock;
        this.namesClients = namesClients;
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
    }

    /**
     * A line that says what opened the breaker is always written, and so is the one that says that it closed; what the
     * breaker does in between, and what the budget does, may be left out and is counted.
     */
    @Override
    public void onEvent(ServiceEvent event) {
        if (!log.isLoggable(Level.INFO)) {
            return;
        }
        switch (event.kind()) {
            case BREAKER_OPENED, BREAKER_CLOSED, BREAKER_FORCED -> always(turn(transitions, event), event);
            case BREAKER_REOPENED, BREAKER_HALF_OPENED -> inTurn(turn(transitions, event), event);
            case BUDGET_DENIED, BUDGET_GRANTED -> inTurn(turn(budgets, event), event);
            default -> write(event, 0);
        }
    }

    private QuietLog turn(Map<String, QuietLog> turns, ServiceEvent event) {
        String service = event.service();
        String key = turns.size() < MAX_SERVICES || turns.containsKey(service) ? service : "";
        return turns.computeIfAbsent(key, first -> new QuietLog(clock));
    }

    private void always(QuietLog turn, ServiceEvent event) {
        write(event, turn.takeAlways());
    }

    private void inTurn(QuietLog turn, ServiceEvent event) {
        long untold = turn.take();
        if (untold >= 0) {
            write(event, untold);
        }
    }

    private void write(ServiceEvent event, long untold) {
        String line = OneLine.of(event.service()) + ": " + event.text() + client(event)
                + (untold == 0 ? "" : " (lines left out since the last: " + untold + ")");
        log.log(Level.INFO, () -> line);
    }

    private String client(ServiceEvent event) {
        Object client = event.fields().get("topClient");
        return namesClients && client != null ? "; most was taken by client " + OneLine.of(client.toString()) : "";
    }
}
