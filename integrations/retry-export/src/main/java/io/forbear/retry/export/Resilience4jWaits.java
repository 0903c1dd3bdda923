package io.forbear.retry.export;

import io.forbear.retry.export.FlatSettings.Written;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which settings of the waits of an instance of Resilience4j are in force: those beside the nearest {@code
 * waitDuration}, with the switches of the base of that place. Without any {@code waitDuration} none is, and the wait is
 * fixed.
 */
final class Resilience4jWaits {

    private static final String WAIT = "waitduration";

    private static final Set<String> INHERITED = Set.of(
            "enableexponentialbackoff",
            "exponentialbackoffmultiplier",
            "exponentialmaxwaitduration",
            "enablerandomizedwait");

    private static final Set<String> OWN = Set.of(WAIT, "randomizedwaitfactor");

    private Resilience4jWaits() {}

    /** Returns the fields in force of levels from the instance to its last base, and tells of those that are not. */
    static Map<String, Written> inForce(List<Map<String, Written>> levels, ImportBook book) {
        Map<String, Written> chosen = new HashMap<>();
        for (int i = 0; i < levels.size() && chosen.isEmpty(); i++) {
            Map<String, Written> level = levels.get(i);
            if (level.containsKey(WAIT)) {
                take(level, OWN, chosen);
                take(level, INHERITED, chosen);
                if (i + 1 < levels.size()) {
                    take(levels.get(i + 1), INHERITED, chosen);
                }
            }
        }
        for (Map<String, Written> level : levels) {
            level.forEach((field, one) -> {
                if (isOfWaits(field) && !chosen.containsKey(field)) {
                    book.ignored(one.key(), one.value(), "not in force, since no waitDuration is written beside it");
                }
            });
        }
        return chosen;
    }

    private static void take(Map<String, Written> level, Set<String> fields, Map<String, Written> into) {
        level.forEach((field, one) -> {
            if (fields.contains(field)) {
                into.putIfAbsent(field, one);
            }
        });
    }

    static boolean isOfWaits(String field) {
        return OWN.contains(field) || INHERITED.contains(field);
    }
}
