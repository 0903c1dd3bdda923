package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PathTableTest {

    @Test
    void showsContendersBesidePathsAndBudgetsWithErrorsAndBytes() {
        Results results = new Written("17")
                .path("SuccessPathBenchmark", "springRetry", 120, 80)
                .path("SuccessPathBenchmark", "forbearFull", 3, 0)
                .path("SuccessPathBenchmark", "awsStandard", 60, 200)
                .with("RetryPathBenchmark.call", 1, 217, 21.7, 1088, "contender", "awsStandardWithRoom")
                .with("BudgetBenchmark.withdraw", 1, 7, Double.NaN, 0, "kind", "guava")
                .results();

        assertThat(PathTable.of(results)).isEqualTo("""
                | ns per call                 | succeeds at once |   B | succeeds at once, 2 threads |   B \
                | succeeds at the third |    B |
                |-----------------------------|-----------------:|----:|----------------------------:|----:\
                |----------------------:|-----:|
                | Forbear, budget and breaker |      3.00 ± 0.30 |   0 |                 3.00 ± 0.30 |   0 \
                |                       |      |
                | AWS SDK, standard strategy  |      60.0 ± 6.00 | 200 |                 60.0 ± 6.00 | 200 \
                |            217 ± 21.7 | 1088 |
                | Spring Retry                |       120 ± 12.0 |  80 |                  120 ± 12.0 |  80 \
                |                       |      |

                | ns per step | withdraw | B |
                |-------------|---------:|--:|
                | guava       | 7.00 ± ? | 0 |
                """);
    }

    @Test
    void isEmptyWhereNoContenderWasMeasured() {
        assertThat(PathTable.of(new Written("17")
                        .with("DecisionBenchmark.granted", 1, 99, 1, 96)
                        .results()))
                .isEmpty();
    }

    @Test
    void aTableRefusesARowOfAnotherLength() {
        TextTable table = new TextTable(List.of("a", "b"));

        assertThatThrownBy(() -> table.add(List.of("alone")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cells: 1 (expected: 2)");
    }
}
