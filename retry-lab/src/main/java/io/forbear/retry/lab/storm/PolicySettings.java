package io.forbear.retry.lab.storm;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakerSpec;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Says what the library's parts are set to, in a reader's words.
 *
 * <p>Policies and budgets tell their figures. A description of a breaker does not; so its figures stand here, and hold
 * only as long as a breaker made from them equals the library's.
 */
final class PolicySettings {

    private static final double FAILURE_RATE = 0.8;
    private static final double ERROR_RATE = 0.95;
    private static final int IN_A_ROW = 4;
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final int MINIMUM_CALLS = 20;
    private static final Duration OPEN = Duration.ofSeconds(1);
    private static final Duration OPEN_AFTER_ERRORS = Duration.ofMillis(100);
    private static final int PROBES = 1;
    private static final int SLOW_START = 2;

    private PolicySettings() {}

    /** Attempts and waits. */
    static Map<String, String> of(RetryPolicy policy) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("attempts", Integer.toString(policy.maxAttempts()));
        if (policy.maxAttempts() == 1) {
            return settings;
        }
        Backoff backoff = policy.backoff();
        settings.put("wait", text(backoff));
        Backoff throttled = policy.backoff(ErrorCategory.RATE_LIMIT);
        if (!throttled.equals(backoff)) {
            settings.put("wait if throttled", text(throttled));
        }
        if (!backoff.max().isZero()) {
            settings.put("longest wait", text(backoff.max()));
        }
        return settings;
    }

    private static String text(Backoff backoff) {
        if (backoff.max().isZero()) {
            return "none";
        }
        if (!backoff.toString().startsWith("exponential")) {
            return backoff.toString();
        }
        String growth =
                backoff.multiplier() == 2 ? ", doubled each time" : ", each time times " + number(backoff.multiplier());
        return text(backoff.base()) + growth + ", " + jitter(backoff);
    }

    /** {@code equal jitter}. */
    static String jitter(Backoff backoff) {
        return backoff.jitter().equals(Jitter.none()) ? "without jitter" : backoff.jitter() + " jitter";
    }

    /** The budget that every service has by default. */
    static Map<String, String> standardBudget() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "budget",
                number(EarnedSpec.DEFAULT_RATIO) + " tokens for a success, "
                        + number(EarnedSpec.DEFAULT_PER_FAILED_CALL)
                        + " for a failure; " + EarnedSpec.DEFAULT_BURST + " at first; no more than the last "
                        + EarnedSpec.DEFAULT_WINDOW_SECONDS + " s earned");
        settings.put(
                "a retry takes",
                "1 token, and gives " + number(EarnedSpec.DEFAULT_RESCUE_CREDIT) + " back if it helps");
        settings.put("a time-out takes", "half of all tokens, at least " + number(EarnedSpec.DEFAULT_TIMEOUT_COST));
        return settings;
    }

    /** The breaker that every service has by default. */
    static Map<String, String> standardBreaker() {
        Map<String, String> settings = new LinkedHashMap<>();
        if (!standardBreakerSpec().equals(CircuitBreakers.standard())) {
            settings.put("breaker", CircuitBreakers.standard().toString());
            return settings;
        }
        settings.put(
                "breaker opens",
                "at " + percent(FAILURE_RATE) + " failures, at " + percent(ERROR_RATE) + " if they are errors, after "
                        + IN_A_ROW + " in a row without a success for " + text(WINDOW));
        settings.put("window", text(WINDOW));
        settings.put("at least", MINIMUM_CALLS + " attempts");
        settings.put("open for", text(OPEN) + ", after errors " + text(OPEN_AFTER_ERRORS));
        settings.put("probes", Integer.toString(PROBES));
        settings.put("slow start", SLOW_START + " attempts at a time, one more for each success");
        return settings;
    }

    static CircuitBreakerSpec standardBreakerSpec() {
        return CircuitBreakers.failureRate(FAILURE_RATE)
                .errorRate(ERROR_RATE)
                .failuresInARow(IN_A_ROW)
                .window(WINDOW)
                .minimumCalls(MINIMUM_CALLS)
                .openFor(OPEN)
                .openForErrors(OPEN_AFTER_ERRORS)
                .probes(PROBES)
                .slowStart(SLOW_START);
    }

    static String text(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }

    static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }
}
