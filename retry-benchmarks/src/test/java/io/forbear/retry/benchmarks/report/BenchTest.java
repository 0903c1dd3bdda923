package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {

    @TempDir
    Path root;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(String... args) throws Exception {
        return new Bench(root, new PrintStream(printed, true, StandardCharsets.UTF_8)).run(args);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void measured(String jdk) throws IOException {
        Path folder = Files.createDirectories(root.resolve("retry-benchmarks/results/jdk-" + jdk));
        Files.writeString(
                folder.resolve("full.json"),
                new Written(jdk)
                        .path("SuccessPathBenchmark", "forbearFull", 3, 0)
                        .json());
        new Machine("Some CPU", 2, "Linux", jdk, "2026-11-24", 0).write(folder.resolve("full.properties"));
    }

    @Test
    void guardFailsWhereTargetsAreNotMeasured() throws Exception {
        measured("17");

        assertThat(run("guard")).isEqualTo(1);
        assertThat(printed())
                .contains("jdk-17")
                .contains("success path, allocation")
                .contains("not measured");
    }

    @Test
    void guardWantsResults() {
        assertThatThrownBy(() -> run("guard"))
                .isInstanceOf(IOException.class)
                .hasMessage("results: none (expected: those of bin/bench full)");
    }

    @Test
    void readmeWritesTableChartAndVerdicts() throws Exception {
        measured("25");
        measured("17");
        Files.createDirectories(root.resolve("docs/internals"));
        for (String page : List.of(Readme.PAGE, Readme.FULL_PAGE)) {
            Files.writeString(root.resolve(page), "# Title\n" + Readme.BEGIN + "\n" + Readme.END + "\n");
        }

        assertThat(run("readme")).isZero();

        assertThat(Files.readString(root.resolve(Readme.PAGE))).contains("JDK 17 / 25:");
        assertThat(Files.readString(root.resolve(Readme.FULL_PAGE))).contains("JDK 17 / 25:");
        assertThat(Files.readString(root.resolve("docs/images/costs.svg"))).contains("JDK 25");
        assertThat(Files.readString(root.resolve("retry-benchmarks/results/jdk-17/guard.md")))
                .contains("targets:");
    }

    @Test
    void helpsWhereNothingIsAsked() throws Exception {
        assertThat(run()).isZero();
        assertThat(printed()).contains("bin/bench quick").contains("bin/bench guard");
    }

    @Test
    void aRunEndsWithTheTableAndSaysWhereTheRestIs() throws Exception {
        String jdk = "jdk-" + Runtime.version().feature();
        Path folder = Files.createDirectories(root.resolve("retry-benchmarks/results/" + jdk));
        Files.writeString(
                folder.resolve("quick.json"),
                new Written("17")
                        .path("SuccessPathBenchmark", "forbearFull", 3, 0)
                        .json());
        Machine machine = new Machine("Some CPU", 2, "Linux", "17", "2026-11-24", 0);

        new Bench(root, new PrintStream(printed, true, StandardCharsets.UTF_8)).show("quick", machine);

        assertThat(printed())
                .contains("| Forbear, budget and breaker |      3.00 ± 0.30 | 0 |")
                .contains("Some CPU, 2 cores")
                .contains("results/" + jdk + "/quick.md");
    }

    @Test
    void saysOneLineForEachBenchmarkThatHasEnded() {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        ByteArrayOutputStream pages = new ByteArrayOutputStream();
        Progress progress = new Progress(new PrintStream(pages, true, StandardCharsets.UTF_8), out);

        progress.println("# Warmup Iteration 1");
        progress.said("SuccessPathBenchmark.call direct", 1, "0.40 ± 0.10 ns/op");
        progress.said("SuccessPathBenchmark.call direct", 2, "0.40 ± 0.10 ns/op");

        assertThat(printed().lines())
                .containsExactly(
                        "   1  SuccessPathBenchmark.call direct, 1 thread: 0.40 ± 0.10 ns/op",
                        "   2  SuccessPathBenchmark.call direct, 2 threads: 0.40 ± 0.10 ns/op");
        assertThat(pages.toString(StandardCharsets.UTF_8)).contains("# Warmup Iteration 1");
    }

    @Test
    void keepsNoPathOfTheMachine() {
        String json =
                "{\n  \"jvm\" : \"/opt/jdk/bin/java\",\n  \"jvmArgs\" : [\n    \"-Dbench.root=/home/me/x\"\n  ]\n}";

        assertThat(Bench.withoutPaths(json)).contains("\"jvm\" : \"java\"").doesNotContain("/home/me");
    }
}
