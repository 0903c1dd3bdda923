package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.testsupport.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Which Retry blocks of Step Functions are legal, and what a legal one does by the interpreter of these tests. */
class StepFunctionsRetryVectorsTest {

    @TestFactory
    Stream<DynamicTest> retryOfAState() {
        return Vectors.tests("g9_aws_services/stepfunctions_retry_block.json", StepFunctionsRetryVectorsTest::check);
    }

    private static void check(JsonNode one) {
        JsonNode given = one.get("given");
        JsonNode expect = one.get("expect");
        String retry = given.get("Retry").toString();
        List<String> problems = StepFunctionsRetry.problems(retry);
        if (given.get("kind").asText().equals("validate")) {
            assertThat(problems.isEmpty())
                    .as("legal; problems %s", problems)
                    .isEqualTo(expect.get("valid").asBoolean());
            problems.forEach(problem -> assertThat(problem).contains("(expected: "));
            return;
        }
        assertThat(problems).isEmpty();
        List<String> errors =
                Vectors.each(given.get("errors")).map(JsonNode::asText).toList();
        StatesInterpreter ran = StatesInterpreter.run(given.get("Retry"), errors);
        if (expect.has("waits_s")) {
            assertThat(ran.ceilings()).containsExactlyElementsOf(numbers(expect.get("waits_s")));
        } else {
            List<Double> most = new ArrayList<>();
            expect.get("wait_ranges_s").forEach(range -> {
                assertThat(range.get(0).asDouble()).isZero();
                most.add(range.get(1).asDouble());
            });
            assertThat(ran.ceilings()).containsExactlyElementsOf(most);
            assertThat(ran.isJittered()).isTrue();
        }
        assertThat(ran.failed()).as("%s", expect.get("then")).isTrue();
    }

    private static List<Double> numbers(JsonNode array) {
        return Vectors.each(array).map(JsonNode::asDouble).toList();
    }
}
