package io.forbear.retry.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a Retry does with errors, by the guide of Step Functions: retriers in order, a count for each over all of its
 * errors, {@code min(IntervalSeconds × BackoffRate^n, MaxDelaySeconds)}.
 */
final class StatesInterpreter {

    private static final Set<String> NOT_OF_ALL = Set.of("States.Runtime", "States.DataLimitExceeded");

    private final List<Double> ceilings = new ArrayList<>();
    private boolean jittered;
    private boolean failed;

    private StatesInterpreter() {}

    static StatesInterpreter run(JsonNode retry, List<String> errors) {
        StatesInterpreter run = new StatesInterpreter();
        Map<JsonNode, Integer> retries = new HashMap<>();
        for (String error : errors) {
            JsonNode retrier = matching(retry, error);
            int made = retrier == null ? 0 : retries.merge(retrier, 1, Integer::sum) - 1;
            if (retrier == null || made >= retrier.path("MaxAttempts").asInt(3)) {
                run.failed = true;
                return run;
            }
            double wait = retrier.path("IntervalSeconds").asDouble(1)
                    * Math.pow(retrier.path("BackoffRate").asDouble(2), made);
            run.ceilings.add(Math.min(wait, retrier.path("MaxDelaySeconds").asDouble(Double.MAX_VALUE)));
            run.jittered = retrier.path("JitterStrategy").asText().equals("FULL");
        }
        return run;
    }

    private static JsonNode matching(JsonNode retry, String error) {
        for (JsonNode retrier : retry) {
            for (JsonNode name : retrier.get("ErrorEquals")) {
                if (matches(name.asText(), error)) {
                    return retrier;
                }
            }
        }
        return null;
    }

    private static boolean matches(String name, String error) {
        return switch (name) {
            case "States.ALL" -> !NOT_OF_ALL.contains(error);
            case "States.TaskFailed" -> !error.equals("States.Timeout") && !NOT_OF_ALL.contains(error);
            default -> name.equals(error);
        };
    }

    /** The waits before chance, in seconds. */
    List<Double> ceilings() {
        return ceilings;
    }

    boolean isJittered() {
        return jittered;
    }

    boolean failed() {
        return failed;
    }
}
