package io.forbear.retry.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Results in Markdown: one table for each benchmark and number of threads, errors and all. */
final class ResultTable {

    private ResultTable() {}

    static String of(Results results, Machine machine) {
        StringBuilder text = new StringBuilder("# Results\n\n" + machine.asText() + ".\n\n"
                + "Time is per operation and thread; errors are half of the 99.9 % confidence interval. Figures of one "
                + "run may be compared with each\n"
                + "other, and with nothing else. "
                + "[docs/internals/performance.md](../../../docs/internals/performance.md) says how to read "
                + "them.\n");
        grouped(results).forEach((title, rows) -> table(text, title, rows));
        return text.toString();
    }

    private static Map<String, List<Row>> grouped(Results results) {
        return results.rows().stream()
                .collect(Collectors.groupingBy(row -> title(row), LinkedHashMap::new, Collectors.toList()));
    }

    /** The methods of a class without parameters are its subjects and share a table. */
    private static String title(Row row) {
        String name = row.params().isEmpty()
                ? row.benchmark().substring(0, row.benchmark().indexOf('.'))
                : row.benchmark();
        return name + (row.threads() == 1 ? ", 1 thread" : ", " + row.threads() + " threads");
    }

    private static void table(StringBuilder text, String title, List<Row> rows) {
        text.append("\n## ").append(title).append("\n\n| | time | allocated | forks |\n|---|--:|--:|--:|\n");
        for (Row row : rows) {
            text.append("| ")
                    .append(row.subject())
                    .append(" | ")
                    .append(row.time())
                    .append(' ')
                    .append(row.unit())
                    .append(" | ")
                    .append(bytes(row))
                    .append(" | ")
                    .append(row.forks())
                    .append(" |\n");
        }
    }

    static String bytes(Row row) {
        double bytes = row.bytes().value();
        return Double.isNaN(bytes) ? "–" : Math.round(bytes) + " B";
    }
}
