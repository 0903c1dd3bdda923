package io.forbear.retry.export;

import io.forbear.retry.core.config.RetryConfig;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the circuit breaker of text settings as one of Resilience4j. */
final class Resilience4jBreaker {

    private static final String KEY = "circuit-breaker";
    private static final String STANDARD_RATE = "0.8";
    private static final Pattern CALLS = Pattern.compile("([0-9]+) calls?");
    private static final Pattern SOME_OF = Pattern.compile("(?:([0-9]+) of )?([0-9]+)");
    private static final Pattern SLOW = Pattern.compile("(.+) over (.+)");
    private static final int MOST = Integer.MAX_VALUE;

    /** What it has besides and Resilience4j has not. */
    private static final List<String> UNKNOWN_THERE = List.of(
            "circuit-breaker-error-rate",
            "circuit-breaker-failures-in-a-row",
            "circuit-breaker-open-for-max",
            "circuit-breaker-open-for-errors",
            "circuit-breaker-slow-start",
            "circuit-breaker-counts");

    private final Map<String, String> settings;
    private final Losses losses;

    Resilience4jBreaker(Map<String, String> settings, Losses losses) {
        this.settings = settings;
        this.losses = losses;
    }

    /** Returns the fields; none if there is no breaker, or its settings are not known. */
    Map<String, Object> block() {
        String chosen = settings.getOrDefault(KEY, "off");
        if (chosen.equals("off")) {
            return Map.of();
        }
        boolean isStandard = chosen.equals("on");
        Map<String, Object> breaker = new LinkedHashMap<>();
        breaker.put("failureRateThreshold", percent(isStandard ? STANDARD_RATE : chosen));
        window(breaker);
        breaker.put("minimumNumberOfCalls", Integer.parseInt(value("circuit-breaker-minimum-calls")));
        breaker.put(
                "waitDurationInOpenState",
                losses.millis("waitDurationInOpenState", nanos("circuit-breaker-open-for"), 1, MOST) + "ms");
        probes(breaker);
        breaker.put(
                "maxWaitDurationInHalfOpenState",
                losses.millis("maxWaitDurationInHalfOpenState", nanos("circuit-breaker-probe-timeout"), 0, MOST)
                        + "ms");
        slow(breaker);
        rest(isStandard);
        return breaker;
    }

    private void window(Map<String, Object> breaker) {
        String window = value("circuit-breaker-window");
        Matcher calls = CALLS.matcher(window);
        if (calls.matches()) {
            breaker.put("slidingWindowType", "COUNT_BASED");
            breaker.put("slidingWindowSize", Integer.parseInt(calls.group(1)));
        } else {
            breaker.put("slidingWindowType", "TIME_BASED");
            breaker.put(
                    "slidingWindowSize", losses.seconds("slidingWindowSize", nanos("circuit-breaker-window"), 1, MOST));
        }
    }

    private void probes(Map<String, Object> breaker) {
        Matcher some = SOME_OF.matcher(value("circuit-breaker-probes"));
        if (some.matches()) {
            breaker.put("permittedNumberOfCallsInHalfOpenState", Integer.parseInt(some.group(2)));
            losses.lossy(
                    "circuit-breaker-probes: " + some.group() + " must succeed",
                    "closes if fewer than failureRateThreshold of them fail");
        }
    }

    private void slow(Map<String, Object> breaker) {
        Matcher slow = SLOW.matcher(settings.getOrDefault("circuit-breaker-slow-calls", ""));
        if (slow.matches()) {
            breaker.put("slowCallRateThreshold", percent(slow.group(1)));
            breaker.put(
                    "slowCallDurationThreshold",
                    losses.millis("slowCallDurationThreshold", nanosOf(slow.group(2)), 1, MOST) + "ms");
        }
    }

    private void rest(boolean isStandard) {
        for (String key : UNKNOWN_THERE) {
            String own = settings.get(key);
            if (own != null) {
                losses.dropped(key + ": " + own, "none");
            }
        }
        if (isStandard) {
            losses.lossy(
                    "circuit-breaker: on, which tells errors from time-outs",
                    "one rate of " + percent(STANDARD_RATE)
                            + " % for both, no rule for failures in a row, no slow start");
        }
    }

    /** Returns the value of a key, its default where nothing is set. */
    private String value(String key) {
        String own = settings.get(key);
        return own != null
                ? own
                : RetryConfig.keys().stream()
                        .filter(one -> one.name().equals(key))
                        .findFirst()
                        .orElseThrow()
                        .defaultValue();
    }

    private long nanos(String key) {
        return nanosOf(value(key));
    }

    /** Reads a duration by the one parser of settings. */
    private static long nanosOf(String text) {
        long nanos = RetryConfig.of(Map.of("preset", "resilience4j", "deadline", text))
                .service("")
                .policy()
                .deadlineNanos();
        return Objects.requireNonNull(Duration.ofNanos(nanos)).toNanos();
    }

    private static double percent(String share) {
        BigDecimal value = share.endsWith("%")
                ? new BigDecimal(share.substring(0, share.length() - 1).trim())
                : new BigDecimal(share).movePointRight(2);
        return value.doubleValue();
    }
}
