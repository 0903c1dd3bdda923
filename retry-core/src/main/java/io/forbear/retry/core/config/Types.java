package io.forbear.retry.core.config;

import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of values that settings have. */
final class Types {

    private static final Pattern CALLS = Pattern.compile("([0-9]{1,7})\\s*calls?");
    private static final Pattern OF = Pattern.compile("([0-9]{1,7})(?:\\s*of\\s*([0-9]{1,7}))?");
    private static final Pattern NAMES = Pattern.compile("[\\p{L}\\p{N}._:/-]{1,200}");
    private static final String WORD = "[\\p{L}_$][\\p{L}\\p{N}_$]*";
    private static final Pattern TYPE_NAME = Pattern.compile(WORD + "(\\." + WORD + ")+");

    /** What a number looks like: {@link Double#parseDouble} also reads {@code 2d} and {@code 0x1p3}. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?|[0-9]*\\.[0-9]+)([eE][+-]?[0-9]+)?");

    /** {@code true} or {@code false}. */
    static final Type<Boolean> FLAG = words("true or false", Map.of("true", true, "false", false));

    /** A number from 0 to 1. */
    static final Type<Double> FRACTION = number(0, 1);

    /** {@code 0.1} or {@code 10%}, from 0 to 1. */
    static final Type<Double> SHARE = new Type<>(
            "share",
            "a share from 0 to 1 such as 0.1 or 10%",
            text -> {
                double share = share(text);
                return share >= 0 && share <= 1 ? share : null;
            },
            Types::write);

    /** {@code 0.1} or {@code 10%}, above 0 up to 1. */
    static final Type<Double> RATE = new Type<>(
            "rate",
            "a rate from 0.000001 to 1 such as 0.5 or 50%",
            text -> {
                double rate = share(text);
                return rate >= 0.000001 && rate <= 1 ? rate : null;
            },
            Types::write);

    /** Categories of failures. */
    static final Type<Set<ErrorCategory>> CATEGORIES = new Type<>(
            "categories",
            "one or more of "
                    + Arrays.stream(ErrorCategory.values()).map(Types::word).collect(Collectors.joining(", ")),
            Types::categories,
            given -> given.stream().map(Types::word).collect(Collectors.joining(", ")));

    /** Names of classes. */
    static final Type<Set<String>> TYPE_NAMES = new Type<>(
            "names of classes",
            "full names of classes such as java.io.IOException, with their packages, separated by commas",
            Types::typeNames,
            given -> String.join(", ", given));

    /** HTTP statuses of failures. */
    static final Type<Set<Integer>> STATUSES = new Type<>(
            "HTTP statuses",
            "HTTP statuses from 400 to 599 such as 409, 500-504 or 5xx, separated by commas",
            Statuses::parse,
            Statuses::write);

    /** A name, as people choose one. */
    static final Type<String> NAME = new Type<>(
            "name",
            "a name of 1 to 200 letters, digits, and . _ : / -",
            text -> NAMES.matcher(text).matches() ? text : null,
            String::valueOf);

    private Types() {}

    /** The word of a constant: its name in lower case with hyphens. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Type<Integer> integer(int least, int most) {
        String rule = most == Integer.MAX_VALUE
                ? "a whole number >= " + least
                : "a whole number from " + least + " to " + most;
        return new Type<>(
                "number",
                rule,
                text -> {
                    int value = Integer.parseInt(text);
                    return value >= least && value <= most ? value : null;
                },
                String::valueOf);
    }

    static Type<Double> number(double least, double most) {
        String rule = most == Double.MAX_VALUE ? "a number >= " + least : "a number from " + least + " to " + most;
        return new Type<>(
                "number",
                rule,
                text -> {
                    double value = decimal(text);
                    return value >= least && value <= most ? value : null;
                },
                Types::write);
    }

    /** As {@link #number}, also written as a percentage. */
    static Type<Double> numberOrPercent(double least, double most) {
        return new Type<>(
                "number",
                "a number from " + write(least) + " to " + write(most) + " such as 0.1 or 10%",
                text -> {
                    double value = share(text);
                    return value >= least && value <= most ? value : null;
                },
                Types::write);
    }

    static Type<Duration> duration(Duration least) {
        String rule = "a duration >= " + Values.text(least) + " such as 100ms, 5s, 2m or PT0.1S";
        return new Type<>(
                "duration",
                rule,
                text -> {
                    Duration value = Durations.parse(text);
                    return value == null || value.compareTo(least) < 0 ? null : value;
                },
                Durations::write);
    }

    static Type<Duration> duration(Duration least, Duration most) {
        String rule = "a duration from " + Durations.write(least) + " to " + Durations.write(most);
        return new Type<>(
                "duration",
                rule,
                text -> {
                    Duration value = Durations.parse(text);
                    return value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0 ? null : value;
                },
                Durations::write);
    }

    /** Some words, in any case. No two of them have the same value. */
    static <V> Type<V> words(String name, Map<String, V> words) {
        return words(name, words, Map.of());
    }

    /** Some words, in any case, and further words for the same values, which are read and never written. */
    static <V> Type<V> words(String name, Map<String, V> words, Map<String, V> aliases) {
        String rule = words.keySet().stream().sorted().collect(Collectors.joining(" | "));
        return new Type<>(
                name,
                rule,
                text -> {
                    String lower = text.toLowerCase(Locale.ROOT);
                    V value = words.get(lower.replace('_', '-'));
                    return value == null ? aliases.get(Key.folded(lower)) : value;
                },
                value -> words.entrySet().stream()
                        .filter(word -> word.getValue().equals(value))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow());
    }

    /** Reads {@code 0.1} or {@code 10%}. */
    static double share(String text) {
        return text.endsWith("%") ? decimal(text.substring(0, text.length() - 1).trim()) / 100 : decimal(text);
    }

    private static double decimal(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        return Double.parseDouble(text);
    }

    /** Writes a number without a fraction as a whole one. */
    static String write(double value) {
        String text = String.valueOf(value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static @Nullable Set<ErrorCategory> categories(String text) {
        EnumSet<ErrorCategory> found = EnumSet.noneOf(ErrorCategory.class);
        for (String word : text.split(",", -1)) {
            found.add(ErrorCategory.valueOf(word.trim().toUpperCase(Locale.ROOT).replace('-', '_')));
        }
        return found;
    }

    private static @Nullable Set<String> typeNames(String text) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : text.split(",", -1)) {
            if (!TYPE_NAME.matcher(name.trim()).matches()) {
                return null;
            }
            names.add(name.trim());
        }
        return new TreeSet<>(names);
    }

    /** A window: a duration, or a number of calls. */
    record Window(@Nullable Duration time, int calls) {

        static final Type<Window> TYPE = new Type<>(
                "duration or calls", "a duration >= 100ms such as 2s, or calls such as 100 calls", Window::parse, w -> {
                    Duration time = w.time;
                    return time == null ? w.calls + " calls" : Durations.write(time);
                });

        private static @Nullable Window parse(String text) {
            Matcher calls = CALLS.matcher(text.toLowerCase(Locale.ROOT));
            if (calls.matches()) {
                int count = Integer.parseInt(calls.group(1));
                return count >= 1 && count <= 1_000_000 ? new Window(null, count) : null;
            }
            Duration time = Durations.parse(text);
            return time == null || time.compareTo(Duration.ofMillis(100)) < 0 ? null : new Window(time, 0);
        }
    }

    /** Some of a number: {@code 3} is all three, {@code 2 of 3} is two. */
    record SomeOf(int count, int required) {

        static final Type<SomeOf> TYPE = new Type<>(
                "number",
                "a whole number from 1 to 1000000 such as 3, or 2 of 3",
                SomeOf::parse,
                some -> some.count == some.required ? String.valueOf(some.count) : some.required + " of " + some.count);

        private static @Nullable SomeOf parse(String text) {
            Matcher matcher = OF.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                return null;
            }
            int required = Integer.parseInt(matcher.group(1));
            int count = matcher.group(2) == null ? required : Integer.parseInt(matcher.group(2));
            return required >= 1 && required <= count && count <= 1_000_000 ? new SomeOf(count, required) : null;
        }
    }

    /** Two values with a word between them, such as {@code 50% over 2s}. */
    record Pair<A, B>(A first, B second) {

        static <A, B> Type<Pair<A, B>> type(
                String name, String example, Type<A> first, String between, Type<B> second) {
            BiFunction<A, B, Pair<A, B>> make = Pair::new;
            return new Type<>(
                    name,
                    first.rule() + ", the word " + between + ", and " + second.rule() + ": " + example,
                    text -> {
                        List<String> parts = List.of(text.split("(?i)(?<=[\\s0-9%])\\s*" + between + "\\s+", -1));
                        if (parts.size() != 2) {
                            return null;
                        }
                        A a = first.parse(parts.get(0));
                        B b = second.parse(parts.get(1));
                        return a == null || b == null ? null : make.apply(a, b);
                    },
                    pair -> first.writer().apply(pair.first) + " " + between + " "
                            + second.writer().apply(pair.second));
        }
    }

    /** A level above which something stops, and one below which it goes on; one value is both. */
    record Levels(double above, double below) {

        static final Type<Levels> TYPE = new Type<>(
                "share",
                "a share between 0 and 1 such as 90%, or two such as 90%, 80%: stop above the first, go on below the"
                        + " second",
                Levels::parse,
                levels -> levels.above == levels.below
                        ? write(levels.above)
                        : write(levels.above) + ", " + write(levels.below));

        private static @Nullable Levels parse(String text) {
            String[] parts = text.split(",", -1);
            if (parts.length > 2) {
                return null;
            }
            double above = share(parts[0].trim());
            double below = parts.length == 1 ? above : share(parts[1].trim());
            return above > 0 && above < 1 && below > 0 && below <= above ? new Levels(above, below) : null;
        }
    }
}
