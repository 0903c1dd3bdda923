package io.forbear.retry.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.lab.Samples;
import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.StormResult;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportsTest {

    @Test
    void figuresHaveTheNamesThatReadersRelyOn() {
        JsonNode policies = Reports.of(Samples.storm()).figures().path("policies");

        assertThat(policies.isArray()).isTrue();
        for (JsonNode policy : policies) {
            List<String> names = new ArrayList<>();
            policy.fieldNames().forEachRemaining(names::add);
            assertThat(names)
                    .contains(
                            "name",
                            "calls",
                            "succeeded",
                            "settings",
                            "refused",
                            "successPercent",
                            "transientSuccessPercent",
                            "attemptsPerCallMade",
                            "attempts",
                            "amplification",
                            "outageAmplification",
                            "peakLoad",
                            "loadAfterOutage",
                            "recoverySeconds",
                            "p99Millis",
                            "budgetDenied",
                            "breakerTransitions",
                            "series");
            assertThat(policy.path("breakerTransitions").isIntegralNumber()).isTrue();
        }
    }

    @Test
    void recoveryThatDidNotHappenIsNull() {
        JsonNode policies = Reports.of(Samples.storm()).figures().path("policies");

        assertThat(policies.get(0).get("recoverySeconds").isNull()).isTrue();
        assertThat(policies.get(1).get("recoverySeconds").asDouble()).isEqualTo(1.25);
    }

    @Test
    void figuresReadBackGiveTheSameReport(@TempDir Path folder) throws Exception {
        Reports reports = Reports.of(Samples.storm());
        Path file = folder.resolve("storm.json");

        reports.writeJson(file);

        assertThat(Reports.read(file).html()).isEqualTo(reports.html());
    }

    @Test
    void theReportNeedsNoOtherFileAndNoNetwork() throws Exception {
        String html = Reports.of(Samples.storm()).html();

        assertThat(html).contains("var uPlot=").contains("u-wrap").doesNotContain("{{");
        assertThat(html)
                .doesNotContainPattern(Pattern.compile("(?i)(src|href|action|poster)\\s*=\\s*[\"']?(?!data:)[a-z./]"));
        assertThat(html).doesNotContainPattern(Pattern.compile("(?i)@import|url\\(|fetch\\(|XMLHttpRequest|import\\("));
    }

    @Test
    void theReportCarriesTheLicenceOfTheChartLibrary() throws Exception {
        assertThat(Reports.of(Samples.storm()).html())
                .contains("The MIT License")
                .contains("Leon Sorokin");
    }

    @Test
    void whatAResultSaysCannotBreakOutOfTheReport() throws Exception {
        String html =
                Reports.of(Samples.storm("</script><script>alert(1)</script>")).html();

        assertThat(html).doesNotContain("alert(1)</script>").contains("\\u003c/script>");
    }

    @Test
    void theChartIsWellFormedAndShowsBothPolicies(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("storm.svg");

        Reports.of(Samples.storm("Naive & <retries>")).writeSvg(file);

        String svg = Files.readString(file);
        Document parsed =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(parsed.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg)
                .contains("class=\"naive\"")
                .contains("class=\"default\"")
                .doesNotContain("NaN");
    }

    @Test
    void theChartOfSeveralRunsHasTheirRangesBehindTheLines() {
        JsonNode figures = Reports.of(Samples.storm()).figures().deepCopy();
        ((ObjectNode) figures).put("runs", 5);
        ObjectNode series = (ObjectNode) figures.path("policies").path(0).path("series");
        series.set("goodputLeast", series.path("goodput").deepCopy());
        series.set("goodputMost", series.path("goodput").deepCopy());

        String svg = new StormChart(figures).svg();

        String policy = figures.path("policies").path(0).path("name").asText();
        assertThat(svg).contains("Medians of 5 runs; ").containsOnlyOnce("class=\"range " + policy + "\"");
        assertThat(svg.indexOf("class=\"range ")).isLessThan(svg.lastIndexOf("class=\"" + policy + "\""));
        assertThat(new StormChart(Reports.of(Samples.storm()).figures()).svg()).doesNotContain("class=\"range ");
    }

    @Test
    void stepsOfAnAxisAreRound() {
        assertThat(StormChart.niceStep(33)).isEqualTo(50);
        assertThat(StormChart.niceStep(700)).isEqualTo(1000);
        assertThat(StormChart.niceStep(1.4)).isEqualTo(2);
    }

    @Test
    void severalRunsAreToldWithTheirRanges() {
        StormResult one = Samples.storm();
        Map<String, PolicyResult.Range> ranges = Map.of(
                "successPercent",
                new PolicyResult.Range(50.0, 50.0),
                "recoverySeconds",
                new PolicyResult.Range(1.25, null),
                "refused",
                new PolicyResult.Range(100.0, 120.0));
        StormResult several = new StormResult(
                one.command(),
                one.version(),
                one.startedAt(),
                one.machine(),
                false,
                2,
                one.scenario(),
                List.of(Samples.policy("default", "Forbear default", null, 1.04, ranges)));

        String table = Reports.table(several);

        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(110));
        assertThat(table)
                .contains("These are the medians of 2 runs")
                .doesNotContain("one run of one seed")
                .containsPattern("Forbear default +50.0 +- +1.25..>5.5 +100..120");
        assertThat(Reports.of(several)
                        .figures()
                        .path("policies")
                        .get(0)
                        .path("ranges")
                        .path("recoverySeconds")
                        .path("least")
                        .asDouble())
                .isEqualTo(1.25);
    }

    @Test
    void theReportSaysWhatEveryPolicyIsSetTo() throws Exception {
        assertThat(Reports.of(Samples.storm()).html())
                .contains("\"settings\":{\"attempts\":\"4\"}")
                .contains("id=\"ordinary\"")
                .contains("id=\"sentence\"");
    }

    @Test
    void theTableFitsAConsoleAndSaysWhatWasNotBack() {
        String table = Reports.table(Samples.storm());

        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
        assertThat(table).containsPattern("Naive retries +50.0 +99.90 +>5.5 +1100 +100 +15.80 +14.50 +2668 +502");
        assertThat(table).containsPattern("Forbear default .*1.25");
        assertThat(table).contains("This is one run of one seed; --runs N shows how far it varies.");
        assertThat(table).contains("Forbear default - attempts: 4");
    }
}
