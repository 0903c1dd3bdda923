package io.forbear.retry.core.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.core.execution.Flow.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Published cases as tests of the whole engine: each case three times, once for each way to make a call. */
final class EngineVectors {

    interface Check {
        void run(JsonNode one, Shell shell) throws Exception;
    }

    private EngineVectors() {}

    /**
     * Makes the tests of a file.
     *
     * @param ours which cases concern the engine; the others stand in {@code docs/internals/vectors.md}
     * @param count how many these are, so that none is lost unnoticed
     */
    static Stream<DynamicTest> tests(String file, Predicate<String> ours, int count, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        JsonNode cases = read(file).get("cases");
        int run = 0;
        for (JsonNode one : cases) {
            String id = one.get("id").asText();
            if (ours.test(id)) {
                run++;
                for (Shell shell : Shell.values()) {
                    tests.add(DynamicTest.dynamicTest(id + " [" + shell + "]", () -> check.run(one, shell)));
                }
            }
        }
        System.out.printf(
                "vectors %s: %d of %d cases against the engine, each in %d ways%n",
                file, run, cases.size(), Shell.values().length);
        if (run != count) {
            throw new IllegalStateException("cases of " + file + ": " + run + " (expected: " + count + ")");
        }
        return tests.stream();
    }

    static JsonNode read(String file) {
        try (InputStream in = open(file)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static InputStream open(String file) {
        return Objects.requireNonNull(EngineVectors.class.getResourceAsStream("/vectors/" + file), file);
    }

    static Duration seconds(JsonNode given, String name, double otherwise) {
        return Duration.ofNanos(Math.round(given.path(name).asDouble(otherwise) * 1e9));
    }
}
