package io.forbear.retry.lab.report;

import io.forbear.retry.lab.compare.FleetText;
import io.forbear.retry.lab.compare.Range;
import io.forbear.retry.lab.report.ScatterChart.Mark;
import io.forbear.retry.lab.sweep.Point;
import io.forbear.retry.lab.sweep.SweepResult;
import io.forbear.retry.lab.sweep.SweepResult.Case;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The report of a sweep: a sentence, the chart over all scenarios, the chart of each, and the figures. */
final class SweepPage {

    private final SweepResult result;
    private final String knob;
    private final boolean ranges;

    SweepPage(SweepResult result) {
        this.result = result;
        this.knob = result.knob().key();
        this.ranges = result.comparison().seeds().size() > 1;
    }

    String html() throws IOException {
        return HtmlReport.filled(
                "sweep.html",
                Map.ofEntries(
                        Map.entry("css", HtmlReport.resource("report.css") + HtmlReport.resource("sweep.css")),
                        Map.entry("js", HtmlReport.script(HtmlReport.resource("theme.js"))),
                        Map.entry("title", escaped("Sweep of " + knob)),
                        Map.entry("summary", escaped(summary())),
                        Map.entry("partial", result.comparison().partial() ? "" : "hidden"),
                        Map.entry("sentence", escaped(new SweepSentence(result).text())),
                        Map.entry("hint", escaped(hint())),
                        Map.entry("charts", charts(result.overall())),
                        Map.entry("cases", cases()),
                        Map.entry("table", table(result.overall())),
                        Map.entry("footer", escaped(footer()))));
    }

    private String summary() {
        String scenarios = result.cases().stream()
                .map(of -> of.row().scenario().name())
                .distinct()
                .collect(Collectors.joining(", "));
        String fleets = result.cases().stream()
                .map(of -> FleetText.title(of.fleet()))
                .distinct()
                .collect(Collectors.joining("; "));
        return String.format(
                Locale.ROOT,
                "%s at %d values, on virtual time with the real engine. Scenarios: %s. %s.",
                knob,
                result.knob().values().size(),
                scenarios.isEmpty() ? "none is over" : scenarios,
                fleets);
    }

    private String hint() {
        String seeds = ranges
                ? "Vertical bars are the least and the most of "
                        + result.comparison().seeds().size() + " seeds"
                : "These are runs of one seed, so a small difference may be chance";
        String mean = result.cases().size() > 1
                ? " Each point is the mean over " + result.cases().size()
                        + " runs of a scenario by a fleet; a recovery that never came counts as the rest of its run."
                : "";
        return "Success is better further up and further left, recovery further down and further left. " + seeds + "."
                + mean;
    }

    private String footer() {
        return "retry-lab " + result.comparison().version() + " · seeds "
                + result.comparison().seeds() + " · success:"
                + " percent of the calls that are due in the judged time · load: attempts for each of them · back:"
                + " seconds from the end of that time until calls succeed as before";
    }

    private String charts(List<Point> points) {
        if (points.isEmpty()) {
            return "";
        }
        StringBuilder charts = new StringBuilder();
        charts.append(figure(
                "Success and load",
                new ScatterChart(
                        "Success against load, by " + knob,
                        "attempts per call",
                        "success, % of the calls",
                        marks(points, Point::success))));
        List<Point> back = points.stream().filter(point -> point.back() != null).toList();
        if (!back.isEmpty()) {
            charts.append(figure(
                    "Recovery and load",
                    new ScatterChart(
                            "Recovery against load, by " + knob,
                            "attempts per call",
                            "back after, s",
                            marks(back, SweepPage::back))));
        }
        return charts.toString();
    }

    private static Range back(Point point) {
        Range back = point.back();
        return back == null ? new Range(0, 0, 0) : back;
    }

    private static String figure(String title, ScatterChart chart) {
        return "<figure><figcaption><h3>" + escaped(title) + "</h3></figcaption>" + chart.svg() + "</figure>\n";
    }

    private List<Mark> marks(List<Point> points, Function<Point, Range> y) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            Range at = y.apply(point);
            String style = i == 0 ? ScatterChart.OTHER : point.onFront() ? ScatterChart.FRONT : ScatterChart.BEATEN;
            marks.add(new Mark(
                    point.value(), tip(point, style), point.load().mean(), at.mean(), at.min(), at.max(), style));
        }
        return marks;
    }

    private static String tip(Point point, String style) {
        return String.format(
                Locale.ROOT,
                "%s: success %.2f %%, %.2f attempts per call%s%s",
                point.value(),
                point.success().mean(),
                point.load().mean(),
                point.back() == null ? "" : ", back after " + SweepTable.back(point) + " s",
                style.equals(ScatterChart.OTHER)
                        ? ""
                        : point.onFront() ? "; on the Pareto front" : "; beaten by " + point.beatenBy());
    }

    private String cases() {
        if (result.cases().size() < 2) {
            return "";
        }
        return result.cases().stream().map(this::section).collect(Collectors.joining("\n"));
    }

    private String section(Case of) {
        return "<details><summary>"
                + escaped(of.row().scenario().name() + ": "
                        + of.row().scenario().title() + " (" + FleetText.title(of.fleet()) + ")")
                + "</summary><div class=\"charts\">" + charts(of.points()) + "</div>" + table(of.points())
                + "</details>";
    }

    private String table(List<Point> points) {
        StringBuilder table = new StringBuilder("<div class=\"scroll\" tabindex=\"0\" role=\"region\""
                + " aria-label=\"Figures\"><table><thead><tr><th scope=\"col\">" + escaped(knob)
                + "</th><th scope=\"col\">success, %</th><th scope=\"col\">attempts per call</th>"
                + "<th scope=\"col\">back after, s</th><th scope=\"col\">Pareto front</th></tr></thead><tbody>\n");
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            String front = i == 0 ? "to compare" : point.onFront() ? "on it" : "beaten by " + point.beatenBy();
            table.append("<tr><th scope=\"row\">")
                    .append(escaped(point.value()))
                    .append("</th><td>")
                    .append(cell(
                            2,
                            point.success(),
                            SweepTable.number(2, point.success().mean())))
                    .append("</td><td>")
                    .append(cell(
                            2, point.load(), SweepTable.number(2, point.load().mean())))
                    .append("</td><td>")
                    .append(cell(1, back(point), SweepTable.back(point)))
                    .append("</td><td>")
                    .append(escaped(front))
                    .append("</td></tr>\n");
        }
        return table.append("</tbody></table></div>").toString();
    }

    private String cell(int digits, Range range, String mean) {
        String text = escaped(mean.replace(">", "over "));
        return ranges && !mean.equals("-")
                ? text + " <small>" + SweepTable.number(digits, range.min()) + "–"
                        + SweepTable.number(digits, range.max()) + "</small>"
                : text;
    }

    private static String escaped(String text) {
        return ScatterChart.escaped(text);
    }
}
