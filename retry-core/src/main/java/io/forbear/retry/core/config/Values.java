package io.forbear.retry.core.config;

import io.forbear.retry.core.internal.OneLine;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads values from text, and collects all errors instead of stopping at the first. Not thread-safe. */
final class Values {

    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,12})\\s*(ns|us|ms|s|m|h|d|)");

    private final Set<String> problems = new LinkedHashSet<>();

    /** Adds an error: a value is not what the rule says. */
    void wrong(String key, @Nullable String value, String expected) {
        String shown = value == null ? "nothing" : OneLine.of(value);
        problems.add(OneLine.of(key) + ": " + shown + " (expected: " + expected + ")");
    }

    /** Throws one exception that names all errors, if there is any. */
    void check() {
        if (!problems.isEmpty()) {
            List<String> all = new ArrayList<>(problems);
            throw new IllegalArgumentException(
                    all.size() == 1 ? all.get(0) : all.size() + " settings are wrong:\n  " + String.join("\n  ", all));
        }
    }

    /** Reads a value. If it is absent or wrong, returns the fallback, so that the other keys are read as well. */
    <V> V read(Setting setting, V fallback, String expected, Parser<V> parse) {
        String text = setting.value();
        if (text == null) {
            return fallback;
        }
        V value;
        try {
            value = parse.parse(text.trim());
        } catch (NumberFormatException | DateTimeException | ArithmeticException unreadable) {
            value = null;
        }
        if (value == null) {
            wrong(setting.label(), text, expected);
            return fallback;
        }
        return value;
    }

    int integer(Setting setting, int least, int fallback) {
        return read(setting, fallback, "a whole number >= " + least, text -> {
            int value = Integer.parseInt(text);
            return value >= least ? value : null;
        });
    }

    double number(Setting setting, double least, double most, double fallback) {
        String rule = most == Double.MAX_VALUE ? "a number >= " + least : "a number from " + least + " to " + most;
        return read(setting, fallback, rule, text -> {
            double value = Double.parseDouble(text);
            return value >= least && value <= most ? value : null;
        });
    }

    /** Reads {@code true} or {@code false}. */
    boolean flag(Setting setting, boolean fallback) {
        return choice(setting, fallback, Map.of("true", true, "false", false));
    }

    <V> V choice(Setting setting, V fallback, Map<String, V> choices) {
        String rule = choices.keySet().stream()
                .sorted()
                .reduce((a, b) -> a + " | " + b)
                .orElse("");
        return read(setting, fallback, rule, text -> choices.get(text.toLowerCase(Locale.ROOT)));
    }

    Duration duration(Setting setting, Duration least, Duration fallback) {
        return read(setting, fallback, "a duration >= " + text(least) + " such as 100ms, 5s, 2m or PT0.1S", text -> {
            Duration value = duration(text);
            return value == null || value.compareTo(least) < 0 ? null : value;
        });
    }

    /** Reads {@code 100ms}, {@code 5s}, {@code PT5S}; a plain number is milliseconds. */
    static @Nullable Duration duration(String text) {
        if (text.startsWith("PT") || text.startsWith("pt") || text.startsWith("P") || text.startsWith("p")) {
            return Duration.parse(text);
        }
        Matcher matcher = SHORT_DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ns" -> Duration.ofNanos(amount);
            case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1000L));
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofMillis(amount);
        };
    }

    static String text(Duration value) {
        if (value.isZero()) {
            return "0";
        }
        boolean inMillis = value.toNanosPart() % 1_000_000 == 0 && value.compareTo(Duration.ofDays(1)) <= 0;
        return inMillis ? value.toMillis() + "ms" : value.toString();
    }

    /** Reads one value out of text. */
    interface Parser<V> {

        /** Returns the value. If the text is not one, returns {@code null} or throws {@code NumberFormatException}. */
        @Nullable
        V parse(String text);
    }
}
