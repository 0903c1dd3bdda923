package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.lab.compare.Comparison;
import io.forbear.retry.lab.compare.ComparisonResult;
import io.forbear.retry.lab.report.SweepReports;
import io.forbear.retry.lab.sweep.Knob;
import io.forbear.retry.lab.sweep.SweepResult;
import io.forbear.retry.lab.sweep.SweptPolicies;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class SweepCommandTest {

    private static final Pattern SVG = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

    private static String scenario(Path folder, String name, String faults) throws Exception {
        return Files.writeString(
                        folder.resolve(name + ".yaml"),
                        "name: " + name + "\njudge: {from: 2s, to: 6s, end: 14s}\nfaults:\n  - " + faults + "\n")
                .toString();
    }

    private static String[] args(Path folder, String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of(
                "sweep",
                "--knob",
                "retry-budget=0%..40%/3",
                "--scenario",
                scenario(folder, "errors", "{kind: errors, from: 2s, to: 6s, value: 30%}"),
                "--scenario",
                scenario(folder, "slow", "{kind: slow, from: 2s, to: 6s, value: 20}"),
                "--fleet",
                "4x10",
                "--seeds",
                "2",
                "--out",
                folder.toString()));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    @Test
    void tableJsonAndReportShowEachValueAndWhichAreOnTheFront(@TempDir Path folder) throws Exception {
        LabRun run = LabRun.of(args(folder));

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Mean of 2 scenarios", "errors, Fleet 4x10: 4 clients", "slow, Fleet 4x10")
                .contains("Of 3 values of retry-budget, ")
                .contains("Report:  " + folder.resolve("sweep.html"));
        JsonNode json = new ObjectMapper().readTree(folder.resolve("sweep.json").toFile());
        assertThat(json.path("kind").asText()).isEqualTo("sweep");
        assertThat(json.path("knob").asText()).isEqualTo("retry-budget");
        assertThat(json.path("points"))
                .extracting(point -> point.path("value").asText())
                .containsExactly("no retries", "0%", "20%", "40%");
        assertThat(json.path("points")).allSatisfy(point -> {
            assertThat(point.path("success").path("mean").isNumber()).isTrue();
            assertThat(point.path("backSeconds").has("max")).isTrue();
        });
        assertThat(json.path("fleets").path(0).path("scenarios")).hasSize(2);
        double few = json.path("points").path(1).path("success").path("mean").asDouble();
        assertThat(json.path("points").path(2).path("success").path("mean").asDouble())
                .as("more budget rescues more calls of errors by chance")
                .isGreaterThan(few);
        assertThat(json.path("points").path(0).path("onFront").asBoolean()).isFalse();

        String html = Files.readString(folder.resolve("sweep.html"));
        assertThat(html)
                .contains(
                        "<title>Sweep of retry-budget</title>",
                        json.path("sentence").asText())
                .doesNotContain("/*{{", "http://", "https://");
        Matcher charts = SVG.matcher(html);
        int count = 0;
        while (charts.find()) {
            count++;
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(charts.group())));
        }
        assertThat(count).as("two over all scenarios, two for each").isEqualTo(6);
    }

    @Test
    void figuresAreTheSameEachTimeAndWithAnyNumberOfThreads(@TempDir Path folder) throws Exception {
        LabRun first = LabRun.of(args(
                folder, "--threads", "1", "--json", folder.resolve("a.json").toString()));
        String report = Files.readString(folder.resolve("sweep.html"));
        LabRun second = LabRun.of(args(
                folder, "--threads", "2", "--json", folder.resolve("b.json").toString()));

        assertThat(second.figures()).isEqualTo(first.figures()).isNotEmpty();
        assertThat(folder.resolve("b.json")).hasSameTextualContentAs(folder.resolve("a.json"));
        assertThat(folder.resolve("sweep.html")).hasContent(report);
        assertThat(first.err()).contains("[16/16] ").contains(" attempts, last: 4x10 slow, ");
    }

    @Test
    void aSweepThatIsStoppedShowsTheScenariosOfWhichAllIsDone(@TempDir Path folder) throws Exception {
        Knob knob = Knob.of("max-attempts=1,2");
        Comparison comparison = new Comparison(
                new ScenarioOptions(List.of("4x10"), null)
                        .fleets(List.of(
                                scenario(folder, "errors", "{kind: errors, from: 2s, to: 6s, value: 30%}"),
                                scenario(folder, "slow", "{kind: slow, from: 2s, to: 6s, value: 20}"))),
                SweptPolicies.of(knob, new Properties()),
                1,
                1,
                1);
        AtomicInteger done = new AtomicInteger();
        ComparisonResult stopped = comparison.run("1", now -> done.set(now.done()), () -> done.get() >= 4);
        SweepResult result = SweepResult.of(knob, stopped);

        assertThat(stopped.partial()).isTrue();
        assertThat(result.cases()).extracting(of -> of.row().scenario().name()).containsExactly("errors");
        assertThat(result.values()).hasSize(2);
        assertThat(SweepReports.table(result))
                .contains("Stopped early", "errors, Fleet")
                .doesNotContain("slow, Fleet");

        SweepResult nothing = SweepResult.of(knob, comparison.run("1", now -> {}, () -> true));
        SweepReports.writeHtml(nothing, folder.resolve("nothing.html"));
        assertThat(SweepReports.table(nothing)).contains("No scenario is over");
        assertThat(Files.readString(folder.resolve("nothing.html"))).contains("none is over");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            sweep                                              | --knob: no value (expected: KEY=VALUES)
            sweep --knob max-attempts=3                        | --knob: max-attempts=3 (expected: KEY=FROM..TO/COUNT
            sweep --knob max-attempt=1,2                       | --knob: max-attempt
            sweep --knob max-attempts=1,many                   | --knob: max-attempts: many (expected:
            sweep --knob max-attempts=1,2 --policy no.such     | --policy: no.such (expected: a properties file
            sweep --knob max-attempts=1,2 --seeds 0            | --seeds: 0 (expected: a whole number, 1 to 1000)
            sweep --knob max-attempts=1,2 --scenario rain      | --scenario: rain (expected: a scenario file
            sweep --knob max-attempts=1,2 --fleet 4            | --fleet: 4 (expected: CLIENTSxRATE
            sweep --knob max-attempts=1,2 --json .             | --json: . (expected: a file that can be written)
            """)
    void aWrongCommandLineGetsOneLineAndCodeTwo(String args, String message) {
        LabRun run = LabRun.of(args.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("retry-lab: " + message);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }
}
