package io.forbear.retry.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The main chart of a storm as SVG, for a few policies: on the left what fails in an ordinary hour, on the right the
 * goodput of the bad minute.
 *
 * <p>The picture has a ground of its own, light or dark as the reader's system prefers, and so is legible on any page.
 */
final class StormChart {

    private static final int WIDTH = 900;
    private static final int MARGIN = 24;
    private static final int RIGHT = 24;
    /** Where the chart of goodput begins, right of the bars. */
    private static final int LEFT = 372;

    private static final int BARS = 236;
    private static final int BAR = 34;
    private static final int LEGEND = 84;
    private static final int LEGEND_ROW = 40;
    private static final int LEGEND_COLUMNS = 3;
    private static final int PANEL = 210;
    private static final List<String> SHOWN = List.of("none", "naive", "jitter", "resilience4j", "own", "default");

    private static final String STYLE = """
            <style>
              text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2937; }
              .title { font-size: 18px; font-weight: 600; } .panel { font-weight: 600; } \
              .quiet { fill: #57606a; font-size: 12px; }
              .ground { fill: #ffffff; stroke: #d0d7de; } .grid { --line: #d8dee4; } .errors { fill: #cf222e1c; } \
              .slow { fill: #bf87002b; }
              path { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round; }
              .none { --line: #6e7781; stroke-dasharray: 5 4; } .naive { --line: #cf222e; } \
              .jitter { --line: #bc6c00; stroke-dasharray: 10 6; }
              .own { --line: #8250df; } .resilience4j { --line: #bf3989; } \
              .default { --line: #0969da; stroke-width: 3.5; }
              path.range { fill: var(--line); fill-opacity: 0.16; stroke: none; }
              path.bar { stroke-width: 10; stroke-dasharray: none; stroke-linejoin: miter; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; } .quiet { fill: #9da7b1; } .ground { fill: #0d1117; stroke: #30363d; } \
                .grid { --line: #272e36; }
                .errors { fill: #f8514930; } .slow { fill: #d2992233; }
                .none { --line: #8b949e; } .naive { --line: #ff7b72; } .jitter { --line: #e3a341; } \
                .own { --line: #bc8cff; } .resilience4j { --line: #f778ba; } .default { --line: #58a6ff; }
              }
            </style>
            """;

    private final JsonNode figures;
    private final JsonNode scenario;
    private final List<JsonNode> policies = new ArrayList<>();
    private final double seconds;
    private final int top;
    private final StringBuilder svg = new StringBuilder();

    StormChart(JsonNode figures) {
        this.figures = figures;
        this.scenario = figures.path("scenario");
        this.seconds = scenario.path("durationMillis").asDouble() / 1000;
        for (JsonNode policy : figures.path("policies")) {
            if (SHOWN.contains(policy.path("name").asText())) {
                policies.add(policy);
            }
        }
        int rows = (policies.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
        this.top = LEGEND + rows * LEGEND_ROW + 32;
    }

    String svg() {
        int height = top + Math.max(PANEL, policies.size() * BAR) + 44;
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t d\">",
                WIDTH, height);
        line("<title id=\"t\">What retries are good for, and what they do in an outage</title>");
        line("<desc id=\"d\">%s</desc>", escaped(description()));
        svg.append(STYLE);
        line("<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>", WIDTH - 1, height - 1);
        text(MARGIN, 34, "title", "start", "The outage ends. Does the service come back?");
        text(MARGIN, 55, "quiet", "start", caption());
        legend();
        bars();
        panel("goodput", "The bad minute: calls per second that succeed, by when they were due");
        axis();
        line("</svg>");
        return svg.toString();
    }

    private String caption() {
        int runs = figures.path("runs").asInt(1);
        return String.format(
                Locale.ROOT,
                "%s%d calls/s over real HTTP to a service for %d requests/s; success of calls due "
                        + "from the outage on; %d cores, Java %s",
                runs > 1 ? "Medians of " + runs + " runs; " : "",
                scenario.path("load").asInt(),
                scenario.path("capacity").asInt(),
                figures.path("machine").path("processors").asInt(),
                figures.path("machine").path("java").asText().replaceAll("[^0-9.].*", ""));
    }

    private String description() {
        StringBuilder text = new StringBuilder();
        for (JsonNode policy : policies) {
            JsonNode recovery = policy.path("recoverySeconds");
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %.1f %% of the calls succeed in the storm, amplification %.2f in the outage, goodput %s. ",
                    policy.path("title").asText(),
                    policy.path("successPercent").asDouble(),
                    policy.path("outageAmplification").asDouble(),
                    recovery.isNumber()
                            ? String.format(Locale.ROOT, "back after %.2f s", recovery.asDouble())
                            : "not back within the run"));
        }
        return text.toString().strip();
    }

    private void legend() {
        int column = (WIDTH - 2 * MARGIN) / LEGEND_COLUMNS;
        for (int i = 0; i < policies.size(); i++) {
            JsonNode policy = policies.get(i);
            int x = MARGIN + i % LEGEND_COLUMNS * column;
            int y = LEGEND + i / LEGEND_COLUMNS * LEGEND_ROW;
            line("<path class=\"%s\" d=\"M%d %dh26\"/>", style(policy), x, y - 4);
            text(x + 34, y, "panel", "start", policy.path("title").asText());
            text(x + 34, y + 16, "quiet", "start", outcome(policy));
        }
    }

    private static String style(JsonNode policy) {
        return policy.path("name").asText();
    }

    private static String outcome(JsonNode policy) {
        JsonNode recovery = policy.path("recoverySeconds");
        String back =
                recovery.isNumber() ? String.format(Locale.ROOT, "back in %.1f s", recovery.asDouble()) : "not back";
        return String.format(
                Locale.ROOT,
                "%.0f %% succeed, %s, load × %.1f",
                policy.path("successPercent").asDouble(),
                back,
                policy.path("outageAmplification").asDouble());
    }

    /** The calls that fail before the outage, as bars; their share in words. */
    private void bars() {
        double rate = 100 * scenario.path("transientRate").asDouble();
        double most = rate;
        for (JsonNode policy : policies) {
            most = Math.max(most, failed(policy));
        }
        text(MARGIN, top - 10, "panel", "start", "An ordinary hour: calls that fail");
        for (int i = 0; i < policies.size(); i++) {
            JsonNode policy = policies.get(i);
            int y = top + 12 + i * BAR;
            double share = failed(policy);
            text(MARGIN, y, "quiet", "start", policy.path("title").asText());
            line(
                    "<path class=\"%s bar\" d=\"M%d %dh%.1f\"/>",
                    style(policy), MARGIN, y + 10, share <= 0 ? 1 : BARS * share / most);
            text(MARGIN + BARS + 46, y + 14, "quiet", "end", String.format(Locale.ROOT, "%.2f %%", share));
        }
        text(
                MARGIN,
                top + 12 + policies.size() * BAR + 6,
                "quiet",
                "start",
                String.format(Locale.ROOT, "while %.0f %% of the requests fail by chance", rate));
    }

    private static double failed(JsonNode policy) {
        JsonNode success = policy.path("transientSuccessPercent");
        return success.isNumber() ? 100 - success.asDouble() : 0;
    }

    private void panel(String series, String title) {
        double most = 1;
        for (JsonNode policy : policies) {
            for (JsonNode value : policy.path("series").path(series)) {
                most = Math.max(most, value.asDouble());
            }
        }
        double step = niceStep(most / 3);
        double scale = Math.ceil(most / step) * step;
        text(LEFT - 32, top - 10, "panel", "start", title);
        band("errors", "errorsAtMillis", "slowAtMillis", "errors");
        band("slow", "slowAtMillis", "wellAtMillis", "slow answers");
        for (double value = 0; value <= scale + step / 2; value += step) {
            double y = top + PANEL * (1 - value / scale);
            line(
                    "<path class=\"grid\" stroke-width=\"1\" style=\"stroke-width:1\" d=\"M%d %.1fH%d\"/>",
                    LEFT, y, WIDTH - RIGHT);
            text(LEFT - 8, y + 4, "quiet", "end", String.format(Locale.ROOT, "%.0f", value));
        }
        for (JsonNode policy : policies) {
            range(policy, series, scale);
        }
        for (JsonNode policy : policies) {
            line("<path class=\"%s\" d=\"%s\"/>", style(policy), curve(policy, series, scale));
        }
    }

    /** From the least to the most of all runs, where there are several. */
    private void range(JsonNode policy, String series, double scale) {
        JsonNode least = policy.path("series").path(series + "Least");
        JsonNode most = policy.path("series").path(series + "Most");
        if (!least.isArray() || !most.isArray()) {
            return;
        }
        StringBuilder shape = new StringBuilder();
        for (int i = 0; i < most.size(); i++) {
            shape.append(point(policy, i, most.get(i), scale, i == 0 ? 'M' : 'L'));
        }
        for (int i = least.size() - 1; i >= 0; i--) {
            shape.append(point(policy, i, least.get(i), scale, 'L'));
        }
        line("<path class=\"range %s\" d=\"%sZ\"/>", style(policy), shape);
    }

    private void band(String style, String from, String to, String label) {
        double left = x(scenario.path(from).asDouble() / 1000);
        double right = x(scenario.path(to).asDouble() / 1000);
        line(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                style, left, top, right - left, PANEL);
        text((left + right) / 2, top + 16, "quiet", "middle", label);
    }

    private String curve(JsonNode policy, String series, double scale) {
        StringBuilder path = new StringBuilder();
        JsonNode values = policy.path("series").path(series);
        for (int i = 0; i < values.size(); i++) {
            path.append(point(policy, i, values.get(i), scale, i == 0 ? 'M' : 'L'));
        }
        return path.toString();
    }

    /** In the middle of its step. */
    private String point(JsonNode policy, int step, JsonNode value, double scale, char command) {
        JsonNode series = policy.path("series");
        double half = series.path("stepMillis").asDouble() / 2000;
        double y = top + PANEL * (1 - Math.min(value.asDouble(), scale) / scale);
        return String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                command,
                x(series.path("seconds").path(step).asDouble() - half),
                y);
    }

    private void axis() {
        int y = top + PANEL + 18;
        double step = niceStep(seconds / 8);
        for (double at = 0; at <= seconds + step / 100; at += step) {
            String unit = at + step > seconds + step / 100 ? " s" : "";
            text(x(at), y, "quiet", "middle", String.format(Locale.ROOT, "%.0f%s", at, unit));
        }
    }

    /** 1, 2 or 5 times a power of ten, and at least the given. */
    static double niceStep(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1))));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= least) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private double x(double at) {
        return LEFT + (WIDTH - LEFT - RIGHT) * at / seconds;
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
