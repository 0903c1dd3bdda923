package io.forbear.retry.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a call costs under each library, as SVG: bars on a logarithmic scale, one panel for calls that succeed at once,
 * one for calls that succeed at their third attempt. The picture has a ground of its own, light or dark as the reader's
 * system prefers.
 */
final class CostChart {

    private static final int WIDTH = 900;
    private static final int LEFT = 268;
    private static final int RIGHT = 120;
    private static final int BAR = 15;
    private static final int STEP = 22;
    private static final int TOP = 104;
    private static final int GAP = 66;

    private static final String STYLE = """
            <style>
              text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2937; }
              .title { font-size: 18px; font-weight: 600; } .panel { font-weight: 600; } \
            .quiet { fill: #57606a; font-size: 12px; }
              .ground { fill: #ffffff; stroke: #d0d7de; } .grid { stroke: #d8dee4; }
              .ours { fill: #0969da; } .peer { fill: #afb8c1; } .base { fill: #dfe4ea; } \
            .error { stroke: #1f2937; stroke-width: 1.5; }
              .name-ours { font-weight: 600; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; } .quiet { fill: #9da7b1; } .ground { fill: #0d1117; stroke: #30363d; } \
            .grid { stroke: #272e36; }
                .ours { fill: #58a6ff; } .peer { fill: #6e7681; } .base { fill: #343b44; } .error { stroke: #e6edf3; }
              }
            </style>
            """;

    private final Results results;
    private final Machine machine;
    private final List<Row> success;
    private final List<Row> retried;
    private final StringBuilder svg = new StringBuilder();

    CostChart(Results results, Machine machine) {
        this.results = results;
        this.machine = machine;
        this.success = sorted("SuccessPathBenchmark.call");
        this.retried = sorted("RetryPathBenchmark.call");
    }

    private List<Row> sorted(String benchmark) {
        List<Row> rows = new ArrayList<>();
        for (Row row : results.rows()) {
            if (row.benchmark().equals(benchmark) && row.threads() == 1 && Names.isShown(row.subject())) {
                rows.add(row);
            }
        }
        rows.sort(Comparator.comparingDouble(row -> row.time().value()));
        return rows;
    }

    String svg() {
        int second = TOP + success.size() * STEP + GAP;
        int height = second + retried.size() * STEP + 40;
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t d\">",
                WIDTH, height);
        line("<title id=\"t\">What a call costs under each library</title>");
        line("<desc id=\"d\">%s</desc>", escaped(description()));
        svg.append(STYLE);
        line("<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>", WIDTH - 1, height - 1);
        text(24, 34, "title", "start", "What a call costs under each library");
        text(
                24,
                55,
                "quiet",
                "start",
                "nanoseconds on a logarithmic scale, one thread; " + machine.cpu() + ", JDK " + results.jdk());
        panel(TOP, "Succeeds at the first attempt", success);
        panel(second, "Succeeds at the third attempt, no waits", retried);
        line("</svg>");
        return svg.toString();
    }

    private String description() {
        StringBuilder text = new StringBuilder();
        for (List<Row> rows : List.of(success, retried)) {
            for (Row row : rows) {
                text.append(Names.of(row.subject()))
                        .append(' ')
                        .append(Figure.number(row.time().value()))
                        .append(" ns. ");
            }
        }
        return text.toString().strip();
    }

    private void panel(int top, String title, List<Row> rows) {
        text(24, top - 14, "panel", "start", title);
        double most = rows.stream().mapToDouble(row -> row.time().value()).max().orElse(1);
        double decades = Math.max(1, Math.ceil(Math.log10(most)));
        int bottom = top + rows.size() * STEP;
        for (int decade = 0; decade <= decades; decade++) {
            double x = x(Math.pow(10, decade), decades);
            line("<path class=\"grid\" d=\"M%.1f %dV%d\"/>", x, top - 4, bottom);
            text(x, bottom + 14, "quiet", "middle", String.format(Locale.ROOT, "%.0f", Math.pow(10, decade)));
        }
        int y = top;
        for (Row row : rows) {
            bar(y, row, decades);
            y += STEP;
        }
    }

    private void bar(int y, Row row, double decades) {
        String style = Names.style(row.subject());
        double end = x(row.time().value(), decades);
        text(LEFT - 8, y + 12, "name-" + style, "end", Names.of(row.subject()));
        line(
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
                style, LEFT, y, end - LEFT, BAR);
        double error = Double.isNaN(row.time().error()) ? 0 : row.time().error();
        double low = x(row.time().value() - error, decades);
        double high = Math.min(x(row.time().value() + error, decades), WIDTH - RIGHT);
        line("<path class=\"error\" d=\"M%.1f %dH%.1f\"/>", low, y + BAR / 2, high);
        text(Math.max(end, high) + 6, y + 12, "quiet", "start", row.time() + " ns");
    }

    /** Where a time is; all below a nanosecond is at the left. */
    private static double x(double nanos, double decades) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.max(0, Math.log10(Math.max(nanos, 1e-3))) / decades;
    }

    private void text(double x, double y, String style, String anchor, String text) {
        line(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                style, x, y, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
