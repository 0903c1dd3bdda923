package io.forbear.retry.core.execution;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.core.execution.Flow.Shell;
import io.forbear.retry.testsupport.Vectors;
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
     * @param ours which cases concern the engine; the others stand in {@code docs/vectors.md}
     * @param count how many these are, so that none is lost unnoticed
     */
    static Stream<DynamicTest> tests(String file, Predicate<String> ours, int count, Check check) {
        return Vectors.cases(file, ours, count).stream().flatMap(one -> Stream.of(Shell.values())
                .map(shell ->
                        DynamicTest.dynamicTest(Vectors.id(one) + " [" + shell + "]", () -> check.run(one, shell))));
    }
}
