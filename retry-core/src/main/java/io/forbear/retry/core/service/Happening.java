package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.core.internal.Opening;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.ServiceEvent.Kind;
import io.forbear.retry.operations.TopClient;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What happened, in the few words that a ring can keep; text and fields are made when somebody reads them. */
interface Happening {

    Kind kind();

    /** One line, without the id of a client. */
    String text();

    /** Strings and longs, in order. */
    Map<String, Object> fields();

    /** Returns settings that changed, on one line. */
    private static String listed(Map<String, String> changes) {
        return changes.entrySet().stream()
                .map(change -> change.getKey() + " " + OneLine.of(change.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Outcomes, or a program, opened the breaker. */
    record Opened(@Nullable Opening why, boolean again, long refused) implements Happening {

        @Override
        public Kind kind() {
            return again ? Kind.BREAKER_REOPENED : Kind.BREAKER_OPENED;
        }

        @Override
        public String text() {
            String what = again ? "circuit breaker opened again" : "circuit breaker opened";
            return what + because() + "; calls refused since the last opening: " + refused;
        }

        private String because() {
            Opening known = why;
            if (known == null) {
                return " by a program";
            }
            return again ? ofProbes(known) : ofWindow(known);
        }

        private static String ofProbes(Opening why) {
            if (why.last() != null) {
                return " because a probe failed: " + why.last();
            }
            return why.slow() > 0 ? " because a probe was slow" : " because a probe was not answered in time";
        }

        private static String ofWindow(Opening why) {
            StringBuilder text = new StringBuilder(" because ");
            text.append(why.failures()).append(" of ").append(why.calls()).append(" calls failed");
            if (why.top() != null) {
                text.append(", ").append(why.topFailures()).append(" of them ").append(why.top());
            } else if (why.last() != null) {
                text.append(", the last of them ").append(why.last());
            }
            if (why.slow() > 0) {
                text.append(", and ").append(why.slow()).append(" were slow");
            }
            return text.toString();
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            Opening known = why;
            if (known != null) {
                fields.put("calls", known.calls());
                fields.put("failures", known.failures());
                fields.put("slow", known.slow());
                ErrorCategory top = known.top();
                ErrorCategory last = known.last();
                if (top != null) {
                    fields.put("topCategory", top.name());
                    fields.put("topCategoryFailures", known.topFailures());
                } else if (last != null) {
                    fields.put("lastCategory", last.name());
                }
            }
            fields.put("refused", refused);
            return fields;
        }
    }

    /** The breaker lets probes pass. */
    record HalfOpened() implements Happening {

        @Override
        public Kind kind() {
            return Kind.BREAKER_HALF_OPENED;
        }

        @Override
        public String text() {
            return "circuit breaker lets probes pass";
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of();
        }
    }

    /** The breaker closed. */
    record Closed(long refused) implements Happening {

        @Override
        public Kind kind() {
            return Kind.BREAKER_CLOSED;
        }

        @Override
        public String text() {
            return "circuit breaker closed; calls refused since it opened: " + refused;
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("refused", refused);
        }
    }

    /** A program took the breaker to a state that no outcome ends. */
    record Forced(CircuitBreaker.State state) implements Happening {

        @Override
        public Kind kind() {
            return Kind.BREAKER_FORCED;
        }

        @Override
        public String text() {
            return "circuit breaker was forced: " + state;
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("state", state.name());
        }
    }

    /** A budget denied the first of some retries. */
    record Denied(
            boolean ofClient,
            long balance,
            long capacity,
            @Nullable TopClient top) implements Happening {

        @Override
        public Kind kind() {
            return Kind.BUDGET_DENIED;
        }

        @Override
        public String text() {
            return "retry budget of " + (ofClient ? "a client" : "the service") + " denies retries: " + tokens(balance)
                    + " of " + tokens(capacity) + " tokens left";
        }

        private static String tokens(long milli) {
            return String.format(Locale.ROOT, "%.1f", milli / 1000.0);
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("budget", ofClient ? "client" : "service");
            fields.put("balance", balance);
            fields.put("capacity", capacity);
            TopClient known = top;
            if (known != null) {
                fields.put("topClient", known.client());
                fields.put("topClientMilliTokens", known.value());
            }
            return fields;
        }
    }

    /** The budget grants retries again. */
    record Granted(long denied) implements Happening {

        @Override
        public Kind kind() {
            return Kind.BUDGET_GRANTED;
        }

        @Override
        public String text() {
            return "retry budget grants retries again; calls denied: " + denied;
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("denied", denied);
        }
    }

    /** Settings changed: name, and before -> after. */
    record Reloaded(Map<String, String> changes) implements Happening {

        @Override
        public Kind kind() {
            return Kind.RELOADED;
        }

        @Override
        public String text() {
            return "configuration reloaded: " + Happening.listed(changes);
        }

        @Override
        public Map<String, Object> fields() {
            return new LinkedHashMap<>(changes);
        }
    }

    /** A configuration was refused. */
    record Refused(String problems) implements Happening {

        @Override
        public Kind kind() {
            return Kind.RELOAD_REFUSED;
        }

        @Override
        public String text() {
            return "configuration refused, the one before stays in force: " + OneLine.of(problems);
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("problems", problems);
        }
    }

    /** A tuner changed settings, or would have: name, and before -> after. */
    record Tuned(Map<String, String> changes, String reason, boolean applied) implements Happening {

        @Override
        public Kind kind() {
            return Kind.TUNED;
        }

        @Override
        public String text() {
            String what = applied ? "tuner changed " : "tuner would change ";
            return what + Happening.listed(changes) + " because " + reason;
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("reason", reason);
            fields.put("applied", Boolean.toString(applied));
            fields.putAll(changes);
            return fields;
        }
    }

    /** Somebody used a switch. */
    record Switched(String action, String who, String why) implements Happening {

        @Override
        public Kind kind() {
            return Kind.SWITCHED;
        }

        @Override
        public String text() {
            return action + " by " + who + ": " + why;
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("action", action);
            fields.put("who", who);
            fields.put("why", why);
            return fields;
        }
    }

    /** The time of a pause is over. */
    record PauseEnded(Pause pause) implements Happening {

        @Override
        public Kind kind() {
            return Kind.PAUSE_ENDED;
        }

        @Override
        public String text() {
            return "pause of retries is over, which was set by " + pause.who() + ": " + pause.why();
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("who", pause.who());
            fields.put("why", pause.why());
            return fields;
        }
    }
}
