package io.forbear.retry.core.tuner;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a tuner moves.
 *
 * @param ratio the ratio of the budget; not a number where the budget has none
 * @param attempts the most attempts of a call
 * @param delayMillis the base delay
 */
record TunedValues(double ratio, int attempts, long delayMillis) {

    boolean hasRatio() {
        return !Double.isNaN(ratio);
    }

    TunedValues within(TuningBounds bounds) {
        return new TunedValues(hasRatio() ? bounds.ratio(ratio) : ratio, bounds.attempts(attempts), delayMillis);
    }

    /** Returns what differs, by the key of text configuration: before and after. */
    Map<String, String> changesTo(TunedValues next) {
        Map<String, String> changes = new LinkedHashMap<>();
        note(changes, "retry-budget", percent(ratio), percent(next.ratio));
        note(changes, "max-attempts", Integer.toString(attempts), Integer.toString(next.attempts));
        note(changes, "base-delay", delayMillis + "ms", next.delayMillis + "ms");
        return changes;
    }

    private static void note(Map<String, String> changes, String key, String before, String after) {
        if (!before.equals(after)) {
            changes.put(key, before + " -> " + after);
        }
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * ratio);
    }
}
