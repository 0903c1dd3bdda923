package io.forbear.retry.core.config;

import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of a circuit breaker and of a gate. */
final class BreakerKeys {

    private static final Duration MILLISECOND = Duration.ofMillis(1);

    static final Key<Chosen> BREAKER = Key.part(
            "circuit-breaker",
            new Type<>(
                    "failure rate",
                    "on, off, or a failure rate from 0.000001 to 1 such as 0.5 or 50%",
                    Chosen::parse,
                    Chosen::text),
            "opens at this rate, from 0.000001 to 1 (`0.5`, `50%`); `on` and `true` are the [default"
                    + " breaker](defaults.md), which tells errors from time-outs, `off` and `false` no breaker");

    static final Key<Types.Window> WINDOW = Key.part(
            "circuit-breaker-window",
            Types.Window.TYPE,
            "how far back calls are judged: a time of at least 100 ms, or a number of calls such as `100 calls`");

    static final Key<Integer> MINIMUM_CALLS = Key.part(
            "circuit-breaker-minimum-calls",
            Types.integer(1, Integer.MAX_VALUE),
            "calls in the window before it is judged; at least 1");

    static final Key<Double> ERROR_RATE = Key.part(
            "circuit-breaker-error-rate",
            Types.RATE,
            "the failure rate that opens where most failures are errors and not time-outs; with a failure rate of its"
                    + " own, that rate by default");

    static final Key<Integer> IN_A_ROW = Key.part(
            "circuit-breaker-failures-in-a-row",
            Types.integer(0, 1_000_000),
            "opens also after so many failures in a row, if no call has succeeded for a window of time; 0 for no such"
                    + " rule");

    static final Key<Types.Pair<Double, Duration>> SLOW_CALLS = Key.part(
            "circuit-breaker-slow-calls",
            Types.Pair.type("rate over duration", "50% over 2s", Types.RATE, "over", Types.duration(Duration.ZERO)),
            "opens also if this rate of calls is slower than this, as `50% over 2s`");

    static final Key<Duration> OPEN_FOR = Key.part(
            "circuit-breaker-open-for",
            Types.duration(MILLISECOND),
            "how long the breaker refuses calls after time-outs before it lets a probe through; at least 1 ms");

    static final Key<Duration> OPEN_FOR_MAX = Key.part(
            "circuit-breaker-open-for-max",
            Types.duration(MILLISECOND),
            "lets the time double each time that the probes fail again, up to this, with equal jitter; at least"
                    + " `circuit-breaker-open-for`");

    static final Key<Duration> OPEN_FOR_ERRORS = Key.part(
            "circuit-breaker-open-for-errors",
            Types.duration(MILLISECOND),
            "the same after errors that came at once; with a failure rate of its own, the time after time-outs by"
                    + " default; at least 1 ms");

    static final Key<Types.SomeOf> PROBES = Key.part(
            "circuit-breaker-probes",
            Types.SomeOf.TYPE,
            "probes of which all must succeed, as `3`, or some, as `2 of 3`");

    static final Key<Duration> PROBE_TIMEOUT = Key.part(
            "circuit-breaker-probe-timeout",
            Types.duration(MILLISECOND),
            "how long the breaker waits for its probes before it opens again; longer than any attempt");

    static final Key<Integer> SLOW_START = Key.part(
            "circuit-breaker-slow-start",
            Types.integer(0, 15),
            "how many attempts may be under way when the breaker closes, from where the load comes back; 0 for all");

    static final Key<Set<ErrorCategory>> COUNTS =
            Key.part("circuit-breaker-counts", Types.CATEGORIES, "the categories of failures that count");

    static final Key<Gate> GATE = Key.part(
            "gate",
            Types.words("word", Map.of("none", Gate.NONE, "adaptive", Gate.ADAPTIVE)),
            "`adaptive`: attempts wait at a gate whose rate falls when the service asks for less, as in the adaptive"
                    + " mode of the AWS SDKs. A reload does not change the gate of a service that is made");

    static final Key<Double> GATE_MIN = Key.part(
            "gate-min-per-second",
            Types.number(0.001, 1_000_000),
            "attempts a second below which the rate of the gate does not fall");

    static final Key<Duration> GATE_MAX_WAIT = Key.part(
            "gate-max-wait",
            Types.duration(Duration.ZERO, Duration.ofHours(1)),
            "the longest wait at the gate; 0 refuses in place of waiting");

    private BreakerKeys() {}

    static List<Key<?>> all() {
        return List.of(
                BREAKER,
                WINDOW,
                MINIMUM_CALLS,
                ERROR_RATE,
                IN_A_ROW,
                SLOW_CALLS,
                OPEN_FOR,
                OPEN_FOR_MAX,
                OPEN_FOR_ERRORS,
                PROBES,
                PROBE_TIMEOUT,
                SLOW_START,
                COUNTS,
                GATE,
                GATE_MIN,
                GATE_MAX_WAIT);
    }

    /** The words for a gate. */
    enum Gate {
        NONE,
        ADAPTIVE
    }

    /**
     * A breaker as it is chosen.
     *
     * @param isOn whether there is one
     * @param rate its failure rate, 0 for the default breaker
     */
    record Chosen(boolean isOn, double rate) {

        static @Nullable Chosen parse(String text) {
            switch (text.toLowerCase(Locale.ROOT)) {
                case "off":
                case "false":
                    return new Chosen(false, 0);
                case "on":
                case "true":
                    return new Chosen(true, 0);
                default:
                    Double rate = Types.RATE.parse(text);
                    return rate == null ? null : new Chosen(true, rate);
            }
        }

        String text() {
            return rate > 0 ? Types.write(rate) : isOn ? "on" : "off";
        }
    }
}
