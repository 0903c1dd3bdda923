package io.forbear.retry.export;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes the retry strategy and the timeout of a job of Batch. */
final class BatchExport {

    private static final int MOST_ATTEMPTS = 10;
    private static final int MOST_CONDITIONS = 5;
    private static final int LEAST_SECONDS = 60;

    private static final Pattern REASON = Pattern.compile("[A-Za-z0-9.:\\s]{0,511}\\*?");

    private static final Pattern EXIT_CODE = Pattern.compile("[0-9]{0,511}\\*?");
    private static final Map<String, Pattern> CONDITIONS =
            Map.of("onStatusReason", REASON, "onReason", REASON, "onExitCode", EXIT_CODE);

    private BatchExport() {}

    static ExportResult retryStrategy(ExportedPolicy policy, List<Map<String, String>> retryOn) {
        if (retryOn.size() >= MOST_CONDITIONS) {
            throw new IllegalArgumentException("retryOn: " + retryOn.size() + " conditions (expected: at most "
                    + (MOST_CONDITIONS - 1) + ", since evaluateOnExit takes " + MOST_CONDITIONS
                    + " and the last one ends the job)");
        }
        Losses losses = new Losses("Batch");
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("attempts", losses.count("attempts", policy.attempts(), 1, MOST_ATTEMPTS));
        if (!retryOn.isEmpty()) {
            block.put("evaluateOnExit", conditions(retryOn));
        }
        losses.dropped("backoff and jitter: " + policy.policy().backoff(), "none to set");
        losses.unsaid(
                policy,
                EnumSet.noneOf(Feature.class),
                Map.of(
                        Feature.ATTEMPT_TIMEOUT, "timeout.attemptDurationSeconds of the job, at least 60 s",
                        Feature.DEADLINE, "no bound over all attempts of a job"));
        return losses.json(block);
    }

    /** What none of the conditions matches is retried, hence the last one. */
    private static List<Object> conditions(List<Map<String, String>> retryOn) {
        List<Object> conditions = new ArrayList<>();
        for (Map<String, String> one : retryOn) {
            check(one);
            Map<String, String> condition = new LinkedHashMap<>(one);
            condition.put("action", "RETRY");
            conditions.add(condition);
        }
        Map<String, String> last = new LinkedHashMap<>();
        last.put("onReason", "*");
        last.put("action", "EXIT");
        conditions.add(last);
        return conditions;
    }

    private static void check(Map<String, String> condition) {
        if (condition.isEmpty()) {
            throw new IllegalArgumentException(
                    "retryOn: an empty condition (expected: one or more of onStatusReason, onReason, onExitCode)");
        }
        condition.forEach((field, value) -> {
            Pattern form = CONDITIONS.get(field);
            if (form == null) {
                throw new IllegalArgumentException(
                        "retryOn." + field + ": " + value + " (expected: onStatusReason, onReason or onExitCode)");
            }
            if (value.isEmpty() || !form.matcher(value).matches()) {
                throw new IllegalArgumentException("retryOn." + field + ": " + value + " (expected: "
                        + (form == EXIT_CODE ? "digits" : "letters, digits, . : and white space")
                        + ", at most 512, with * at the end alone)");
            }
        });
    }

    static ExportResult timeout(ExportedPolicy policy) {
        Losses losses = new Losses("Batch");
        Map<String, Object> block = new LinkedHashMap<>();
        long nanos = policy.policy().attemptTimeoutNanos();
        if (nanos == Long.MAX_VALUE) {
            losses.note("attempt-timeout: none", "a job may run for ever");
        } else {
            block.put(
                    "attemptDurationSeconds",
                    losses.seconds("attemptDurationSeconds", nanos, LEAST_SECONDS, Integer.MAX_VALUE));
            losses.lossy(
                    "attempt-timeout: " + Units.text(nanos),
                    "an attempt that is cut off ends the job, it is not retried");
        }
        return losses.json(block);
    }
}
