package io.forbear.retry.core.budget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Published cases, one test per case. */
final class Vectors {

    interface Check {
        void run(JsonNode testCase) throws Exception;
    }

    private Vectors() {}

    static Stream<DynamicTest> tests(String file, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode testCase : read(file).get("cases")) {
            tests.add(DynamicTest.dynamicTest(testCase.get("id").asText(), () -> check.run(testCase)));
        }
        System.out.println(file + ": " + tests.size() + " cases against the budgets");
        return tests.stream();
    }

    private static JsonNode read(String file) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
