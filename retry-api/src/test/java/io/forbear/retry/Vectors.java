package io.forbear.retry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/**
 * Published cases as tests, one for each, named by its id. What other modules check is counted and told, not dropped.
 */
public final class Vectors {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    /**
     * Makes the tests of a file.
     *
     * @param ours which cases concern this module; the others stand in {@code docs/vectors.md}
     * @param count how many these are, so that none is lost unnoticed
     */
    public static Stream<DynamicTest> tests(String file, Predicate<String> ours, int count, Consumer<JsonNode> check) {
        List<DynamicTest> tests = new ArrayList<>();
        JsonNode cases = read(file).get("cases");
        for (JsonNode one : cases) {
            String id = one.get("id").asText();
            if (ours.test(id)) {
                tests.add(DynamicTest.dynamicTest(id, () -> check.accept(one)));
            }
        }
        System.out.printf("vectors %s: %d of %d cases are checked here%n", file, tests.size(), cases.size());
        if (tests.size() != count) {
            throw new IllegalStateException("cases of " + file + ": " + tests.size() + " (expected: " + count + ")");
        }
        return tests.stream();
    }

    public static JsonNode read(String file) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file), file)) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
