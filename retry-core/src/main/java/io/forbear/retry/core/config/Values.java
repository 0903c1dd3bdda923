package io.forbear.retry.core.config;

import io.forbear.retry.core.internal.OneLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads values from text, and collects all errors instead of stopping at the first. Not thread-safe. */
final class Values {

    private final Set<String> problems = new LinkedHashSet<>();

    /** Adds an error: a value is not what the rule says. */
    void wrong(String key, @Nullable String value, String expected) {
        wrong(Place.OF_PROGRAM, key, value, expected);
    }

    /** Adds an error: the value of a setting is not what the rule says. */
    void wrong(Setting setting, String expected) {
        wrong(setting.place(), setting.label(), setting.value(), expected);
    }

    /** Adds an error: a value is not what the rule says. */
    void wrong(Place place, String key, @Nullable String value, String expected) {
        String shown = value == null ? "nothing" : OneLine.of(place.shown(value));
        problems.add(OneLine.of(place.prefix() + key) + ": " + shown + " (expected: " + expected + ")");
    }

    /** Throws one exception that names all errors, if there is any. */
    void check() {
        if (!problems.isEmpty()) {
            List<String> all = new ArrayList<>(problems);
            throw new IllegalArgumentException(
                    all.size() == 1 ? all.get(0) : all.size() + " settings are wrong:\n  " + String.join("\n  ", all));
        }
    }

    /** Reads the value of a setting; {@code null} if it is absent or wrong, so that the other keys are read as well. */
    <V> @Nullable V read(Setting setting, Type<V> type) {
        String text = setting.value();
        if (text == null) {
            return null;
        }
        V value = type.parse(text);
        if (value == null) {
            wrong(setting, type.rule());
        }
        return value;
    }

    /** Writes a duration for a rule. */
    static String text(Duration value) {
        if (value.isZero()) {
            return "0";
        }
        boolean inMillis = value.toNanosPart() % 1_000_000 == 0 && value.compareTo(Duration.ofDays(1)) <= 0;
        return inMillis ? value.toMillis() + "ms" : value.toString();
    }
}
