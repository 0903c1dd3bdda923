package io.forbear.retry.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Points in a plane as SVG for a page, whose variables give the colours. A line joins them in their order; those on the
 * front are filled. Points that fall on each other share a label. A point that is only compared with is left out and
 * told in words where it is so far away that the others would be hard to tell apart.
 */
final class ScatterChart {

    /**
     * A point.
     *
     * @param label beside it
     * @param tip what it means, in words
     * @param x to the right
     * @param y upwards
     * @param yLeast the lower end of its range
     * @param yMost the upper end of its range
     * @param style its class: front, beaten or other
     */
    record Mark(String label, String tip, double x, double y, double yLeast, double yMost, String style) {}

    private record Box(double left, double top, double right, double bottom) {

        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    private record Axis(double least, double most, double step) {

        static Axis of(double[] values) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (double value : values) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            double room = Math.max((high - low) * MARGIN, LEAST_ROOM);
            double step = step((high - low + 2 * room) / TICKS);
            // nothing here is below zero
            return new Axis(
                    Math.max(0, Math.floor((low - room) / step) * step), Math.ceil((high + room) / step) * step, step);
        }

        /** 1, 2 or 5 times a power of ten, and at least the given. */
        private static double step(double least) {
            double power = Math.pow(10, Math.floor(Math.log10(least)));
            for (double factor : new double[] {1, 2, 5}) {
                if (factor * power >= least) {
                    return factor * power;
                }
            }
            return 10 * power;
        }

        boolean isAtMost(double times, Axis other) {
            return most - least <= times * (other.most - other.least);
        }

        double share(double value) {
            return (value - least) / (most - least);
        }

        String text(double value) {
            int digits = (int) Math.max(0, Math.ceil(-Math.log10(step) - TINY));
            return String.format(Locale.ROOT, "%." + digits + "f", value);
        }
    }

    static final String FRONT = "front";
    static final String BEATEN = "beaten";
    static final String OTHER = "other";

    private static final double MARGIN = 0.08;
    private static final double LEAST_ROOM = 0.02;
    /** How much longer an axis may become for points that are only compared with. */
    private static final double FAR = 2.5;

    private static final int GAP = 3;
    private static final double TINY = 1e-9;
    private static final int TICKS = 5;
    private static final int WIDTH = 440;
    private static final int HEIGHT = 320;
    private static final int LEFT = 50;
    private static final int RIGHT = 14;
    private static final int TOP = 12;
    private static final int BOTTOM = 44;
    private static final int NEAR = 12;
    private static final int LETTER = 7;
    private static final int LINE = 14;
    /** Where a label may stand, from its point, by preference. */
    private static final double[][] PLACES = {
        {0, -10},
        {0, 19},
        {9, 4},
        {-9, 4},
        {0, -24},
        {0, 33},
        {9, -12},
        {-9, -12},
        {9, 20},
        {-9, 20},
        {0, -38},
        {0, 47},
        {14, -26},
        {-14, -26},
        {14, 34},
        {-14, 34}
    };

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Mark> marks;
    private final List<Mark> outside;
    private final Axis xs;
    private final Axis ys;
    private final List<Box> taken = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();

    ScatterChart(String title, String xLabel, String yLabel, List<Mark> marks) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        List<Mark> joined =
                marks.stream().filter(mark -> !mark.style().equals(OTHER)).toList();
        Axis closeX = xs(joined);
        Axis closeY = ys(joined);
        boolean isNear =
                isSmall(joined) || xs(marks).isAtMost(FAR, closeX) && ys(marks).isAtMost(FAR, closeY);
        this.marks = isNear ? marks : joined;
        this.outside = isNear
                ? List.of()
                : marks.stream().filter(mark -> mark.style().equals(OTHER)).toList();
        this.xs = isNear ? xs(marks) : closeX;
        this.ys = isNear ? ys(marks) : closeY;
    }

    /** Points that all fall on each other need something beside them. */
    private static boolean isSmall(List<Mark> marks) {
        Mark first = marks.get(0);
        return marks.stream()
                .allMatch(mark ->
                        Math.abs(mark.x() - first.x()) < LEAST_ROOM && Math.abs(mark.y() - first.y()) < LEAST_ROOM);
    }

    private static Axis xs(List<Mark> marks) {
        return Axis.of(marks.stream().mapToDouble(Mark::x).toArray());
    }

    private static Axis ys(List<Mark> marks) {
        return Axis.of(marks.stream()
                .flatMapToDouble(mark -> DoubleStream.of(mark.yLeast(), mark.yMost()))
                .toArray());
    }

    String svg() {
        svg.setLength(0);
        taken.clear();
        line(
                "<svg class=\"scatter\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH, HEIGHT, escaped(title));
        axes();
        List<Mark> knob =
                marks.stream().filter(mark -> !mark.style().equals(OTHER)).toList();
        String path = knob.stream()
                .map(mark -> String.format(Locale.ROOT, "%.1f %.1f", x(mark), y(mark.y())))
                .collect(Collectors.joining("L", "M", ""));
        line("<path class=\"way\" d=\"%s\"/>", path);
        for (Mark mark : marks) {
            if (y(mark.yLeast()) - y(mark.yMost()) >= 1) {
                line("<path class=\"range\" d=\"M%.1f %.1fV%.1f\"/>", x(mark), y(mark.yLeast()), y(mark.yMost()));
            }
        }
        marks.forEach(this::dot);
        labels();
        for (int i = 0; i < outside.size(); i++) {
            Mark mark = outside.get(i);
            String where = xs.text(mark.x()) + ", " + ys.text(mark.y());
            text(WIDTH - RIGHT, HEIGHT - BOTTOM - 8 - LINE * i, OTHER, "end", mark.label() + " is outside: " + where);
        }
        line("</svg>");
        return svg.toString();
    }

    private void axes() {
        int right = WIDTH - RIGHT;
        int bottom = HEIGHT - BOTTOM;
        for (int i = 0; ys.least + i * ys.step <= ys.most + ys.step / 2; i++) {
            double value = ys.least + i * ys.step;
            line("<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y(value), right);
            text(LEFT - 6, y(value) + 4, "quiet", "end", ys.text(value));
        }
        for (int i = 0; xs.least + i * xs.step <= xs.most + xs.step / 2; i++) {
            double value = xs.least + i * xs.step;
            double at = LEFT + (right - LEFT) * xs.share(value);
            line("<path class=\"grid\" d=\"M%.1f %dV%d\"/>", at, TOP, bottom);
            text(at, bottom + 16, "quiet", "middle", xs.text(value));
        }
        text((LEFT + right) / 2.0, bottom + 36, "quiet", "middle", xLabel);
        line(
                "<text class=\"quiet\" text-anchor=\"middle\" transform=\"translate(13 %d) rotate(-90)\">%s</text>",
                (TOP + bottom) / 2, escaped(yLabel));
    }

    private void dot(Mark mark) {
        double x = x(mark);
        double y = y(mark.y());
        String shape = mark.style().equals(OTHER)
                ? String.format(Locale.ROOT, "<path d=\"M%.1f %.1fl8 8m0 -8l-8 8\"/>", x - 4, y - 4)
                : String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5.5\"/>", x, y);
        line("<g class=\"%s\"><title>%s</title>%s</g>", mark.style(), escaped(mark.tip()), shape);
        taken.add(new Box(x - 6, y - 6, x + 6, y + 6));
    }

    /** Of points that are near each other one gets a label, which names all of them. */
    private void labels() {
        boolean[] done = new boolean[marks.size()];
        for (int i = 0; i < marks.size(); i++) {
            if (!done[i]) {
                List<Integer> group = new ArrayList<>();
                for (int j = i; j < marks.size(); j++) {
                    if (!done[j] && distance(marks.get(i), marks.get(j)) < NEAR) {
                        done[j] = true;
                        group.add(j);
                    }
                }
                label(marks.get(i), name(group), style(group));
            }
        }
    }

    private String name(List<Integer> group) {
        int first = group.get(0);
        int last = group.get(group.size() - 1);
        boolean isRow = group.size() > 2 && last - first == group.size() - 1;
        return isRow
                ? marks.get(first).label() + " .. " + marks.get(last).label()
                : group.stream().map(i -> marks.get(i).label()).collect(Collectors.joining(", "));
    }

    private String style(List<Integer> group) {
        boolean onFront = group.stream().anyMatch(i -> marks.get(i).style().equals(FRONT));
        return onFront ? FRONT : marks.get(group.get(0)).style();
    }

    private void label(Mark mark, String name, String style) {
        double width = (double) LETTER * name.length();
        for (double[] place : PLACES) {
            double x = x(mark) + place[0];
            double y = y(mark.y()) + place[1];
            double left = place[0] > 0 ? x : place[0] < 0 ? x - width : x - width / 2;
            Box box = new Box(left - GAP, y - LINE + 3, left + width + GAP, y + 3);
            boolean isInside = box.left >= LEFT && box.right <= WIDTH && box.top >= 0 && box.bottom <= HEIGHT - BOTTOM;
            if (isInside && taken.stream().noneMatch(box::meets)) {
                taken.add(box);
                text(left, y, style, "start", name);
                return;
            }
        }
        // no room: the tip and the table have it
    }

    private double distance(Mark one, Mark other) {
        return Math.hypot(x(one) - x(other), y(one.y()) - y(other.y()));
    }

    private double x(Mark mark) {
        return LEFT + (WIDTH - RIGHT - LEFT) * xs.share(mark.x());
    }

    private double y(double value) {
        return TOP + (HEIGHT - BOTTOM - TOP) * (1 - ys.share(value));
    }

    private void text(double x, double y, String style, String anchor, String text) {
        line(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                style, x, y, anchor, escaped(text));
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
