package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultTableTest {

    private static final Machine MACHINE =
            new Machine("Some CPU", 2, "Linux amd64", "17.0.17, Some VM", "2026-11-24", 0.1);

    @Test
    void showsTimeErrorBytesAndForksOfEachSubject() {
        Results results = new Written("17.0.17")
                .path("SuccessPathBenchmark", "forbearFull", 2.8, 0)
                .with("DecisionBenchmark.granted", 1, 99, 1, 96)
                .with("DecisionBenchmark.notRetryable", 1, 40, Double.NaN, 72)
                .results();

        String table = ResultTable.of(results, MACHINE);

        assertThat(table)
                .contains("Some CPU, 2 cores, Linux amd64; JDK 17.0.17, Some VM; 2026-11-24.")
                .contains("## SuccessPathBenchmark.call, 1 thread")
                .contains("## SuccessPathBenchmark.call, 2 threads")
                .contains("| forbearFull | 2.80 ± 0.28 ns/op | 0 B | 2 |")
                .contains("## DecisionBenchmark, 1 thread\n\n| | time | allocated | forks |\n|---|--:|--:|--:|\n"
                        + "| granted | 99.0 ± 1.00 ns/op | 96 B | 2 |\n"
                        + "| notRetryable | 40.0 ± ? ns/op | 72 B | 2 |\n");
    }

    @Test
    void saysThatTheMachineWasNotQuiet() {
        Machine busy = new Machine("Some CPU", 2, "Linux amd64", "17", "2026-11-24", 3.4);

        assertThat(MACHINE.isBusy()).isFalse();
        assertThat(busy.isBusy()).isTrue();
        assertThat(ResultTable.of(new Written("17").with("A.b", 1, 1, 1, 1).results(), busy))
                .contains("**not quiet**: load 3.4 at the start");
    }
}
