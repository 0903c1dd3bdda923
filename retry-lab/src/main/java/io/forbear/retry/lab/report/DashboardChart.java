package io.forbear.retry.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Panels of a dashboard as one SVG, drawn from what a monitoring system answered: two columns of line charts over the
 * same time.
 *
 * <p>Not thread-safe.
 */
public final class DashboardChart {

    /**
     * One line of a panel.
     *
     * @param label what it is
     * @param seconds when, since the left edge; ascending
     * @param values as many; no line is drawn to or from one that is not finite
     */
    @SuppressWarnings("ArrayRecordComponent") // drawn, never compared
    public record Series(String label, double[] seconds, double[] values) {}

    private record Panel(String title, List<Series> series) {}

    private static final int WIDTH = 900;
    private static final int COLUMNS = 2;
    private static final int MARGIN = 24;
    private static final int LEFT = 34;
    private static final int GAP = 24;
    private static final int PANEL_WIDTH = (WIDTH - 2 * MARGIN - GAP) / COLUMNS;
    private static final int PLOT_WIDTH = PANEL_WIDTH - LEFT;
    private static final int PLOT_HEIGHT = 96;
    private static final int ROW = PLOT_HEIGHT + 62;
    private static final int LEGEND_ROW = 20;
    private static final int LEGEND_COLUMNS = 4;
    private static final int TOP = 62;
    private static final int COLOURS = 6;

    private static final String STYLE = """
            <style>
              text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2937; }
              .title { font-size: 18px; font-weight: 600; } .panel { font-weight: 600; } \
              .quiet { fill: #57606a; font-size: 11px; }
              .ground { fill: #ffffff; stroke: #d0d7de; } .grid { stroke: #d8dee4; stroke-width: 1; }
              path { fill: none; stroke-width: 2; stroke-linejoin: round; }
              .c0 { stroke: #cf222e; } .c1 { stroke: #bc6c00; } .c2 { stroke: #6e7781; } .c3 { stroke: #8250df; } \
              .c4 { stroke: #0969da; }
              .c5 { stroke: #1a7f37; }
            </style>
            """;

    private final String title;
    private final String caption;
    private final double fullSeconds;
    private final List<Panel> panels = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();

    /**
     * Creates a chart without panels.
     *
     * @param title what it shows
     * @param caption where that comes from
     * @param seconds how long the time is that the panels show
     */
    public DashboardChart(String title, String caption, double seconds) {
        this.title = title;
        this.caption = caption;
        this.fullSeconds = seconds;
    }

    /**
     * Adds a panel; a label has the same colour in all of them.
     *
     * @param name its title
     * @param series its lines
     * @return this
     */
    public DashboardChart panel(String name, List<Series> series) {
        for (Series line : series) {
            if (!labels.contains(line.label())) {
                labels.add(line.label());
            }
        }
        panels.add(new Panel(name, List.copyOf(series)));
        return this;
    }

    /**
     * Draws.
     *
     * @return an SVG document
     */
    public String svg() {
        svg.setLength(0);
        int legend = TOP + LEGEND_ROW * ((labels.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS);
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        int height = legend + rows * ROW + 18;
        line("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, height);
        line("<title>%s</title>", escaped(title));
        svg.append(STYLE);
        line("<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>", WIDTH - 1, height - 1);
        text(MARGIN, 32, "title", "start", title);
        text(MARGIN, 50, "quiet", "start", caption);
        for (int i = 0; i < labels.size(); i++) {
            int x = MARGIN + i % LEGEND_COLUMNS * (WIDTH - 2 * MARGIN) / LEGEND_COLUMNS;
            int y = TOP + 12 + i / LEGEND_COLUMNS * LEGEND_ROW;
            line("<path class=\"%s\" d=\"M%d %dh22\"/>", colour(labels.get(i)), x, y - 4);
            text(x + 28, y, "panel", "start", labels.get(i));
        }
        for (int i = 0; i < panels.size(); i++) {
            draw(panels.get(i), MARGIN + LEFT + i % COLUMNS * (PANEL_WIDTH + GAP), legend + 40 + i / COLUMNS * ROW);
        }
        line("</svg>");
        return svg.toString();
    }

    private String colour(String label) {
        return "c" + labels.indexOf(label) % COLOURS;
    }

    private void draw(Panel panel, int left, int top) {
        double most = 0;
        for (Series series : panel.series) {
            for (double value : series.values()) {
                most = Double.isFinite(value) ? Math.max(most, value) : most;
            }
        }
        double step = step(most);
        double scale = Math.max(step, Math.ceil(most / step) * step);
        text(left - LEFT, top - 12, "panel", "start", panel.title);
        for (double value = 0; value <= scale + step / 2; value += step) {
            double y = top + PLOT_HEIGHT * (1 - value / scale);
            line("<path class=\"grid\" d=\"M%d %.1fh%d\"/>", left, y, PLOT_WIDTH);
            text(left - 6, y + 4, "quiet", "end", number(value));
        }
        for (int i = 0; i <= 4; i++) {
            String at = number(Math.rint(fullSeconds * i / 4)) + (i == 4 ? " s" : "");
            text(left + PLOT_WIDTH * i / 4.0, top + PLOT_HEIGHT + 16, "quiet", i == 4 ? "end" : "middle", at);
        }
        for (Series series : panel.series) {
            line("<path class=\"%s\" d=\"%s\"/>", colour(series.label()), curve(series, left, top, scale));
        }
    }

    /** Three to five steps of a round size up to the given. */
    private static double step(double most) {
        return most >= 3 ? StormChart.niceStep(most / 4) : StormChart.niceStep(most * 100 / 3) / 100;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.2f", value).replaceAll("0$", "");
    }

    private String curve(Series series, int left, int top, double scale) {
        StringBuilder path = new StringBuilder("M");
        boolean down = false;
        for (int i = 0; i < series.values().length; i++) {
            double value = series.values()[i];
            if (Double.isFinite(value)) {
                path.append(String.format(
                        Locale.ROOT,
                        "%s%.1f %.1f",
                        path.length() == 1 ? "" : down ? "L" : "M",
                        left + PLOT_WIDTH * series.seconds()[i] / fullSeconds,
                        top + PLOT_HEIGHT * (1 - value / scale)));
            }
            down = Double.isFinite(value);
        }
        return path.length() == 1 ? "" : path.toString();
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
