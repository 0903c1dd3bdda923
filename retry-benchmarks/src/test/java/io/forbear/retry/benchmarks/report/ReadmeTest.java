package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    private static final Machine MACHINE = new Machine("Some CPU", 2, "Linux", "25", "2026-11-24", 0);

    @Test
    void replacesWhatIsBetweenTheMarksAndNothingElse() {
        String readme = "before\n" + Readme.BEGIN + "\nold\n" + Readme.END + "\nafter\n";

        String once = Readme.withSection("README.md", readme, "new\n");

        assertThat(once).isEqualTo("before\n" + Readme.BEGIN + "\nnew\n" + Readme.END + "\nafter\n");
        assertThat(Readme.withSection("README.md", once, "new\n")).isEqualTo(once);
    }

    @Test
    void refusesAReadmeWithoutMarks() {
        assertThatThrownBy(() -> Readme.withSection("README.md", "nothing", "new"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("README.md: no marks (expected: \"" + Readme.BEGIN);
    }

    @Test
    void showsBothJdksBesideEachOther() {
        Results old = new Written("17.0.17")
                .path("SuccessPathBenchmark", "forbearFull", 3, 0)
                .path("SuccessPathBenchmark", "awsStandard", 60, 200)
                .path("RetryPathBenchmark", "awsStandardWithRoom", 217, 1088)
                .results();
        Results recent = new Written("25.0.1")
                .path("SuccessPathBenchmark", "forbearFull", 2, 0)
                .path("SuccessPathBenchmark", "awsStandard", 24, 100)
                .results();

        String section = Readme.section(List.of(old, recent), List.of(MACHINE, MACHINE));

        assertThat(section)
                .contains("docs/images/costs.svg")
                .contains("JDK 17 / 25: Some CPU, 2026-11-24")
                .contains("| Forbear, budget and breaker | 3.00 ± 0.30 / 2.00 ± 0.20 | 0 |  |  |  |  |")
                .contains(
                        "| AWS SDK, standard strategy | 60.0 ± 6.00 / 24.0 ± 2.40 | 100 | 217 ± 21.7 / – | 1088 |  |  "
                                + "|");
    }

    @Test
    void thePageOnPerformanceShowsEveryContenderThatWasMeasured() {
        Results run = new Written("17.0.17")
                .path("SuccessPathBenchmark", "forbearFull", 3, 0)
                .path("SuccessPathBenchmark", "gax", 100, 200)
                .results();

        assertThat(Readme.fullSection(List.of(run), List.of(MACHINE)))
                .contains("| Forbear, budget and breaker |", "| gax |")
                .doesNotContain("costs.svg");
        assertThat(Readme.section(List.of(run), List.of(MACHINE))).doesNotContain("| gax |");
    }

    @Test
    void bothPagesShowTheCommittedResults() throws Exception {
        Path root = Path.of("..");
        List<Results> runs = new ArrayList<>();
        List<Machine> machines = new ArrayList<>();
        for (String jdk : List.of("jdk-17", "jdk-25")) {
            Path folder = root.resolve("retry-benchmarks/results").resolve(jdk);
            runs.add(Results.read(folder.resolve("full.json")));
            machines.add(Machine.read(folder.resolve("full.properties")));
        }

        assertThat(Files.readString(root.resolve(Readme.PAGE)))
                .as("as bin/bench readme writes it")
                .contains(Readme.BEGIN + "\n" + Readme.section(runs, machines) + Readme.END);
        assertThat(Files.readString(root.resolve(Readme.FULL_PAGE)))
                .as("as bin/bench readme writes it")
                .contains(Readme.BEGIN + "\n" + Readme.fullSection(runs, machines) + Readme.END);
    }

    @Test
    void theTableOfTheReadmeHasSixRows() {
        assertThat(Readme.section(List.of(), List.of(MACHINE)).lines())
                .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| |"))
                .hasSize(6);
    }
}
