package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    @Test
    void readsWhatJmhWrites(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("full.json");
        Files.writeString(
                file,
                new Written("17.0.17")
                        .with("budget.BudgetBenchmark.refusal", 2, 5, 0.5, 16, "kind", "guava")
                        .with("BackoffBenchmark.aws", 1, 7, Double.NaN, 24)
                        .json());

        Results results = Results.read(file);

        assertThat(results.jdk()).isEqualTo("17.0.17");
        Row guava = results.find("BudgetBenchmark.refusal", 2, "guava").orElseThrow();
        assertThat(guava.time()).isEqualTo(new Figure(5, 0.5));
        assertThat(guava.bytes().value()).isEqualTo(16);
        assertThat(guava.forks()).isEqualTo(2);
        assertThat(guava.subject()).isEqualTo("guava");
        Row aws = results.find("BackoffBenchmark.aws", 1).orElseThrow();
        assertThat(aws.subject()).isEqualTo("aws");
        assertThat(aws.time().error()).isNaN();
    }

    @Test
    void findsByBenchmarkThreadsAndEveryParameter() {
        Results results = new Written("17")
                .with("BudgetBenchmark.refusal", 1, 5, 0.5, 16, "kind", "guava")
                .results();

        assertThat(results.find("BudgetBenchmark.refusal", 2, "guava")).isEmpty();
        assertThat(results.find("BudgetBenchmark.refusal", 1, "aws")).isEmpty();
        assertThat(results.find("BudgetBenchmark.refusal", 1)).isEmpty();
        assertThat(results.find("BudgetBenchmark.withdraw", 1, "guava")).isEmpty();
    }

    @Test
    void whatWasNotAllocatedByAnyoneWhoLookedIsUnknown() {
        Results results = Results.of(new com.fasterxml.jackson.databind.ObjectMapper()
                .createArrayNode()
                .add(new com.fasterxml.jackson.databind.ObjectMapper()
                        .createObjectNode()
                        .put("benchmark", "p.A.b")));

        assertThat(results.find("A.b", 0).orElseThrow().bytes().value()).isNaN();
    }

    @Test
    void refusesWhatJmhDidNotWrite(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("other.json");
        Files.writeString(file, "{}");

        assertThatThrownBy(() -> Results.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("results: " + file + " (expected: a list of results in JMH's JSON)");
    }
}
