package io.forbear.retry.lab.difference;

import io.forbear.retry.lab.difference.Difference.Pair;
import io.forbear.retry.lab.difference.Difference.Row;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A difference as text: for each scenario the policies of which something changed, each figure before and after. */
final class DifferenceTable {

    private static final int MANY = 5;

    private final Difference difference;
    private final boolean all;
    private final StringBuilder text = new StringBuilder();

    DifferenceTable(Difference difference, boolean all) {
        this.difference = difference;
        this.all = all;
    }

    String text() {
        text.setLength(0);
        line("A: %s, %s", difference.before().file(), runs(difference.before()));
        line("B: %s, %s", difference.after().file(), runs(difference.after()));
        line("");
        difference.rows().forEach(this::scenario);
        line(
                "%d better, %d worse, %d within the spread (~), %d the same.",
                difference.count(Change.BETTER),
                difference.count(Change.WORSE),
                difference.count(Change.WITHIN),
                difference.count(Change.SAME));
        spread();
        difference.otherSettings().forEach(found -> line("%s", found));
        difference.onlyInOne().forEach(found -> line("%s", found));
        return text.toString();
    }

    private static String runs(ResultFile file) {
        String what = file.command().equals(ResultFile.STORM) ? "run" : "seed";
        return file.command() + " of " + file.runs() + " " + what + (file.runs() == 1 ? "" : "s");
    }

    private void spread() {
        int fewest = Math.min(difference.before().runs(), difference.after().runs());
        if (fewest >= MANY) {
            return;
        }
        if (fewest > 1) {
            line("Ranges of fewer than %d are narrow: a difference may be chance.", MANY);
            return;
        }
        if (difference.before().command().equals(ResultFile.SIMULATE)) {
            line("A file has one seed, so that its figures have no range: a difference may be chance.");
        } else {
            line("A file has one run, whose spread is not known. Taken for it: %s.", noise());
        }
    }

    private static String noise() {
        return String.format(
                Locale.ROOT,
                "success %.1f and %.1f points, %.1f attempts per call, back %.1f s",
                Figure.SUCCESS.noise,
                Figure.ORDINARY.noise,
                Figure.LOAD.noise,
                Figure.BACK.noise);
    }

    private void scenario(String name, List<Row> rows) {
        List<Row> shown = rows.stream().filter(row -> all || row.isChanged()).toList();
        if (shown.isEmpty()) {
            return;
        }
        line("%s", name);
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-13s", "policy"));
        List<Figure> figures = List.copyOf(shown.get(0).figures().keySet());
        figures.forEach(figure -> head.append(String.format(Locale.ROOT, " %-25s", figure.title)));
        line("%s", head);
        for (Row row : shown) {
            StringBuilder cells = new StringBuilder(String.format(Locale.ROOT, "%-13s", row.policy()));
            figures.forEach(figure -> cells.append(String.format(Locale.ROOT, " %-25s", cell(figure, row.figures()))));
            line("%s", cells);
        }
        line("");
    }

    private static String cell(Figure figure, Map<Figure, Pair> figures) {
        Pair pair = figures.get(figure);
        if (pair == null) {
            return "-";
        }
        String before = figure.text(pair.before().mean());
        String after = figure.text(pair.after().mean());
        return before.equals(after) ? before : before + " -> " + after + " " + pair.change().word;
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append(System.lineSeparator());
    }
}
