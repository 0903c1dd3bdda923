package io.forbear.retry.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Published cases as tests, one for each, named by its id. Files are named by their path below {@code vectors/}. Every
 * file that is read is counted and the count is printed, so that no case is lost unnoticed; the cases that no test runs
 * stand in {@code docs/internals/vectors.md}.
 */
public final class Vectors {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    /** Returns the whole of a JSON file. */
    public static JsonNode read(String file) {
        try (InputStream in = open(file)) {
            return JSON.readTree(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file, unreadable);
        }
    }

    /** Returns all cases of a JSON file. The file says itself how many it has. */
    public static List<JsonNode> cases(String file) {
        JsonNode root = read(file);
        List<JsonNode> all = each(root.get("cases")).toList();
        return counted(file, all, all.size(), root.get("case_count").asInt());
    }

    /**
     * Returns some cases of a JSON file.
     *
     * @param ours which cases concern the test
     * @param count how many these are
     */
    public static List<JsonNode> cases(String file, Predicate<String> ours, int count) {
        JsonNode all = read(file).get("cases");
        return counted(file, each(all).filter(one -> ours.test(id(one))).toList(), all.size(), count);
    }

    /**
     * Returns the lines of a CSV file without its header.
     *
     * @param count how many these are
     */
    public static List<String> rows(String file, int count) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            List<String> rows = lines.lines().skip(1).toList();
            return counted(file, rows, rows.size(), count);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file, unreadable);
        }
    }

    /** Makes a test of each case of a file. */
    public static Stream<DynamicTest> tests(String file, ThrowingConsumer<JsonNode> check) {
        return tests(cases(file), Vectors::id, check);
    }

    /**
     * Makes a test of each of some cases of a file.
     *
     * @param ours which cases concern the test
     * @param count how many these are
     */
    public static Stream<DynamicTest> tests(
            String file, Predicate<String> ours, int count, ThrowingConsumer<JsonNode> check) {
        return tests(cases(file, ours, count), Vectors::id, check);
    }

    /** Makes a test of each case or row, named as given. */
    public static <T> Stream<DynamicTest> tests(List<T> cases, Function<T, String> name, ThrowingConsumer<T> check) {
        return cases.stream().map(one -> DynamicTest.dynamicTest(name.apply(one), () -> check.accept(one)));
    }

    /** Returns the arguments of parameterised tests: the id of each case of a file, and the case. */
    public static Stream<Arguments> arguments(String file) {
        return cases(file).stream().map(one -> Arguments.of(id(one), one));
    }

    /** Returns the id of a case. */
    public static String id(JsonNode one) {
        return one.get("id").asText();
    }

    /** Returns the elements of an array. */
    public static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Returns a number of seconds as a duration. */
    public static Duration seconds(JsonNode given, String name, double otherwise) {
        return Duration.ofNanos(Math.round(given.path(name).asDouble(otherwise) * 1e9));
    }

    private static <T> List<T> counted(String file, List<T> ours, int all, int count) {
        System.out.printf("vectors %s: %d of %d cases are checked here%n", file, ours.size(), all);
        if (ours.size() != count) {
            throw new IllegalStateException("cases of " + file + ": " + ours.size() + " (expected: " + count + ")");
        }
        return ours;
    }

    private static InputStream open(String file) {
        return Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file), file);
    }
}
