package io.forbear.retry.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown whose columns are aligned, the first to the left and the others to the right, for a terminal. */
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(List<String> titles) {
        rows.add(List.copyOf(titles));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has more or fewer cells than there are titles
     */
    void add(List<String> cells) {
        int wanted = rows.get(0).size();
        if (cells.size() != wanted) {
            throw new IllegalArgumentException("cells: " + cells.size() + " (expected: " + wanted + ")");
        }
        rows.add(List.copyOf(cells));
    }

    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < rows.size(); number++) {
            line(text, rows.get(number), widths);
            if (number == 0) {
                rule(text, widths);
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String space = " ".repeat(widths[i] - cell.length());
            text.append("| ").append(i == 0 ? cell + space : space + cell).append(' ');
        }
        text.append("|\n");
    }

    private static void rule(StringBuilder text, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            text.append('|').append("-".repeat(widths[i] + 1)).append(i == 0 ? '-' : ':');
        }
        text.append("|\n");
    }
}
