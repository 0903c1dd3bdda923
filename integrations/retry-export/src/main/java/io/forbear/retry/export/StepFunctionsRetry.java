package io.forbear.retry.export;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks the {@code Retry} of a state of Step Functions before the service does.
 *
 * <pre>{@code
 * List<String> problems = StepFunctionsRetry.problems(Files.readString(path));
 * }</pre>
 *
 * @since 0.1
 */
public final class StepFunctionsRetry {

    /*
     * Sources: the guide of Step Functions, "Handling errors"; the Amazon States Language, "Errors"; the schema of the
     * language service of AWS for the upper ends of the ranges.
     */

    static final int MOST_INTERVAL = 99_999_999;
    static final int MOST_ATTEMPTS = 99_999_999;
    static final int MOST_DELAY = 31_622_400;

    private static final String ALL = "States.ALL";
    private static final String RESERVED = "States.";

    /** The names that the language itself has. */
    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            ALL,
            "States.BranchFailed",
            "States.DataLimitExceeded",
            "States.ExceedToleratedFailureThreshold",
            "States.HeartbeatTimeout",
            "States.Http.Socket",
            "States.IntrinsicFailure",
            "States.ItemReaderFailed",
            "States.NoChoiceMatched",
            "States.ParameterPathFailure",
            "States.Permissions",
            "States.QueryEvaluationError",
            "States.ResultPathMatchFailure",
            "States.ResultWriterFailed",
            "States.Runtime",
            "States.TaskFailed",
            "States.Timeout"));

    private static final Set<String> FIELDS = new TreeSet<>(Set.of(
            "BackoffRate",
            "Comment",
            "ErrorEquals",
            "IntervalSeconds",
            "JitterStrategy",
            "MaxAttempts",
            "MaxDelaySeconds"));

    private final List<String> problems = new ArrayList<>();

    private StepFunctionsRetry() {}

    /**
     * Returns what is wrong with a {@code Retry}.
     *
     * @param json the array
     * @return sentences of the form {@code Retry[0].BackoffRate: 0.3 (expected: rule)}; empty if it is legal
     */
    public static List<String> problems(String json) {
        try {
            return problems(Yaml.read("Retry", json));
        } catch (IllegalArgumentException unreadable) {
            return List.of(String.valueOf(unreadable.getMessage()));
        }
    }

    /**
     * Returns what is wrong with a {@code Retry} that was read already.
     *
     * @param retry lists, maps, text, numbers and booleans, as a reader of JSON makes them
     * @return sentences of the form {@code Retry[0].BackoffRate: 0.3 (expected: rule)}; empty if it is legal
     */
    public static List<String> problems(@Nullable Object retry) {
        StepFunctionsRetry check = new StepFunctionsRetry();
        if (retry instanceof List<?> retriers) {
            for (int i = 0; i < retriers.size(); i++) {
                check.retrier("Retry[" + i + "]", retriers.get(i), i == retriers.size() - 1);
            }
        } else {
            check.wrong("Retry", retry, "an array of retriers");
        }
        return List.copyOf(check.problems);
    }

    /** Throws if a block is not legal. */
    static void check(Object retry) {
        List<String> found = problems(retry);
        if (!found.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", found));
        }
    }

    private void wrong(String field, @Nullable Object value, String rule) {
        problems.add(field + ": " + value + " (expected: " + rule + ")");
    }

    private void retrier(String place, @Nullable Object retrier, boolean isLast) {
        if (!(retrier instanceof Map<?, ?> fields)) {
            wrong(place, retrier, "an object");
            return;
        }
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            if (!FIELDS.contains(String.valueOf(field.getKey()))) {
                wrong(place + "." + field.getKey(), field.getValue(), "one of " + String.join(", ", FIELDS));
            }
        }
        errors(place + ".ErrorEquals", fields.get("ErrorEquals"), isLast);
        whole(place, fields, "IntervalSeconds", 1, MOST_INTERVAL);
        whole(place, fields, "MaxAttempts", 0, MOST_ATTEMPTS);
        whole(place, fields, "MaxDelaySeconds", 1, MOST_DELAY);
        if (fields.containsKey("BackoffRate")) {
            Object rate = fields.get("BackoffRate");
            BigDecimal number = number(rate);
            if (number == null || number.compareTo(BigDecimal.ONE) < 0) {
                wrong(place + ".BackoffRate", rate, "a number >= 1.0");
            }
        }
        text(place, fields, "JitterStrategy", "FULL or NONE", Set.of("FULL", "NONE"));
        text(place, fields, "Comment", "text", Set.of());
    }

    private void errors(String place, @Nullable Object names, boolean isLast) {
        if (!(names instanceof List<?> list) || list.isEmpty()) {
            wrong(place, names, "an array of at least one name");
            return;
        }
        for (Object name : list) {
            if (!(name instanceof String text) || text.isEmpty()) {
                wrong(place, name, "names");
            } else if (text.startsWith(RESERVED) && !NAMES.contains(text)) {
                wrong(place, text, "one of " + String.join(", ", NAMES) + ", or a name without States.");
            }
        }
        if (list.contains(ALL) && (list.size() > 1 || !isLast)) {
            wrong(place, list, "States.ALL alone, and in the last retrier");
        }
    }

    private void whole(String place, Map<?, ?> fields, String field, long least, long most) {
        if (fields.containsKey(field)) {
            Object value = fields.get(field);
            BigDecimal number = number(value);
            if (number == null
                    || number.stripTrailingZeros().scale() > 0
                    || number.compareTo(BigDecimal.valueOf(least)) < 0
                    || number.compareTo(BigDecimal.valueOf(most)) > 0) {
                wrong(place + "." + field, value, "a whole number from " + least + " to " + most);
            }
        }
    }

    private void text(String place, Map<?, ?> fields, String field, String rule, Set<String> words) {
        if (fields.containsKey(field)) {
            Object value = fields.get(field);
            if (!(value instanceof String word) || !words.isEmpty() && !words.contains(word)) {
                wrong(place + "." + field, value, rule);
            }
        }
    }

    /** {@code null} for what is no finite number. */
    private static @Nullable BigDecimal number(@Nullable Object value) {
        if (!(value instanceof Number) || value instanceof Double d && !Double.isFinite(d)) {
            return null;
        }
        return new BigDecimal(value.toString());
    }
}
