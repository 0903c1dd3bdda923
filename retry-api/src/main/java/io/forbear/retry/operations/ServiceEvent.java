package io.forbear.retry.operations;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Something that happened to a service and that an operator wants to know. Immutable.
 *
 * @param time when it happened, by the clock of the machine
 * @param service the name of the service
 * @param kind what happened
 * @param text the same as a sentence for people: one line, without the id of a client
 * @param fields the figures, in order: each value is a {@link String} or a {@link Long}, none is {@code null}. Here,
 *     and nowhere else in an event, is the id of a client: in {@code topClient}
 * @since 0.1
 */
public record ServiceEvent(Instant time, String service, Kind kind, String text, Map<String, Object> fields) {

    /**
     * What happened. Further kinds may be added.
     *
     * @since 0.1
     */
    public enum Kind {
        /**
         * The circuit breaker opened. Fields: {@code calls}, {@code failures} and {@code slow} of its window, {@code
         * topCategory} and {@code topCategoryFailures} where failures are known by category, {@code lastCategory}
         * where they are not, and {@code refused}: the calls that it refused since it opened before.
         */
        BREAKER_OPENED,
        /** Probes failed, and the circuit breaker is open again. Fields as for {@link #BREAKER_OPENED}, of probes. */
        BREAKER_REOPENED,
        /** The circuit breaker lets probes pass. */
        BREAKER_HALF_OPENED,
        /** The circuit breaker closed. Field: {@code refused}, the calls that it refused since it opened first. */
        BREAKER_CLOSED,
        /** A program took the circuit breaker to a state that no outcome ends. Field: {@code state}. */
        BREAKER_FORCED,
        /**
         * A budget denied a retry, after a time in which it denied none. Fields: {@code budget}, which is {@code
         * service} or {@code client}, {@code balance} and {@code capacity} in milli-tokens, and {@code topClient} and
         * {@code topClientMilliTokens} where clients are known: who took most of late.
         */
        BUDGET_DENIED,
        /**
         * The budget granted a retry, a second or more after the last that it denied. Field: {@code denied}, the calls
         * that it stopped in between.
         */
        BUDGET_GRANTED,
        /** The configuration changed. Fields: for each setting that changed, its name and {@code before -> after}. */
        RELOADED,
        /**
         * A configuration that is watched has changed and is wrong; the one before stays in force. Field: {@code
         * problems}, every wrong key.
         */
        RELOAD_REFUSED,
        /**
         * A tuner has changed settings, or would have in a dry run. Fields: {@code reason}, {@code applied}, which is
         * {@code true} or {@code false}, and for each setting its name and {@code before -> after}.
         */
        TUNED,
        /** Somebody used a switch. Fields: {@code action}, {@code who}, {@code why}. */
        SWITCHED,
        /** The time to live of a pause is over, and calls are retried again. Fields: {@code who}, {@code why}. */
        PAUSE_ENDED
    }

    /** Creates an event. */
    public ServiceEvent {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(text, "text");
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
