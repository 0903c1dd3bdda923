package io.forbear.retry.lab;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the options of all commands have in common. Every refusal reads {@code name: value (expected: rule)}. */
final class Options {

    private Options() {}

    static long seed(String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            throw refused("--seed", text, "a whole number", e);
        }
    }

    static int number(String option, String text, int least, int most, String rule) {
        try {
            int found = Integer.parseInt(text.trim());
            if (found >= least && found <= most) {
                return found;
            }
        } catch (NumberFormatException e) {
            throw refused(option, text, rule, e);
        }
        throw refused(option, text, rule, null);
    }

    static List<String> words(String names) {
        return Arrays.stream(names.split(",", -1)).map(String::trim).toList();
    }

    /** Returns the policies that are named, in their own order. */
    static <T> List<T> policies(String names, List<T> all, Function<T, String> nameOf) {
        List<String> known = all.stream().map(nameOf).toList();
        List<String> asked = words(names);
        if (!known.containsAll(asked)) {
            String rule = known.stream().collect(Collectors.joining(", ", "a list of ", ", with commas between"));
            throw refused("--policies", names, rule, null);
        }
        return all.stream()
                .filter(policy -> asked.contains(nameOf.apply(policy)))
                .toList();
    }

    /** Makes a policy of the user's file. */
    static <T> T policy(Path file, Function<Properties, T> maker) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw refused("--policy", file.toString(), "a properties file that can be read", e);
        }
        try {
            return maker.apply(properties);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--policy: " + file + ": " + e.getMessage(), e);
        }
    }

    static IllegalArgumentException refused(String option, String found, String rule, @Nullable Exception cause) {
        return new IllegalArgumentException(option + ": " + found + " (expected: " + rule + ")", cause);
    }
}
