package io.forbear.retry.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run ends with on the terminal: one line for each contender and one column for each path and number of threads,
 * then the same of the budgets. Times are nanoseconds per call and thread with their errors.
 */
final class PathTable {

    private static final Map<String, String> PATHS = new LinkedHashMap<>();
    private static final Map<String, String> BUDGETS = new LinkedHashMap<>();

    static {
        PATHS.put("SuccessPathBenchmark.call", "succeeds at once");
        PATHS.put("RetryPathBenchmark.call", "succeeds at the third");
        PATHS.put("ExhaustedPathBenchmark.call", "gives up after three");
        BUDGETS.put("BudgetBenchmark.withdraw", "withdraw");
        BUDGETS.put("BudgetBenchmark.refusal", "refusal");
        BUDGETS.put("BudgetBenchmark.depositWhenFull", "deposit when full");
        BUDGETS.put("BudgetBenchmark.depositWhenNotFull", "deposit");
        BUDGETS.put("BudgetBenchmark.depositAndWithdraw", "deposit and withdraw");
    }

    private final Results results;

    private PathTable(Results results) {
        this.results = results;
    }

    /** Returns the tables; empty where the results have neither paths nor budgets. */
    static String of(Results results) {
        PathTable table = new PathTable(results);
        String paths = table.of("ns per call", PATHS);
        String budgets = table.of("ns per step", BUDGETS);
        return paths + (paths.isEmpty() || budgets.isEmpty() ? "" : "\n") + budgets;
    }

    private record Column(String benchmark, int threads) {}

    private String of(String corner, Map<String, String> shown) {
        List<Column> columns = columns(shown);
        if (columns.isEmpty()) {
            return "";
        }
        List<String> titles = new ArrayList<>(List.of(corner));
        for (Column column : columns) {
            titles.add(shown.get(column.benchmark) + (column.threads == 1 ? "" : ", " + column.threads + " threads"));
            titles.add("B");
        }
        TextTable table = new TextTable(titles);
        for (String contender : contenders(shown)) {
            List<String> cells = new ArrayList<>(List.of(Names.of(contender)));
            for (Column column : columns) {
                Row row = find(column, contender);
                cells.add(row == null ? "" : row.time().toString());
                cells.add(row == null ? "" : ResultTable.bytes(row).replace(" B", ""));
            }
            table.add(cells);
        }
        return table.toString();
    }

    private List<Column> columns(Map<String, String> shown) {
        List<Column> columns = new ArrayList<>();
        for (String benchmark : shown.keySet()) {
            results.rows().stream()
                    .filter(row -> row.benchmark().equals(benchmark))
                    .map(row -> new Column(benchmark, row.threads()))
                    .distinct()
                    .forEach(columns::add);
        }
        return columns;
    }

    /** Those with a name in its order, then the others as measured. The two set-ups of the AWS SDK share a line. */
    private Set<String> contenders(Map<String, String> shown) {
        Set<String> measured = new LinkedHashSet<>();
        for (Row row : results.rows()) {
            if (shown.containsKey(row.benchmark())) {
                measured.add(row.subject().equals("awsStandardWithRoom") ? "awsStandard" : row.subject());
            }
        }
        Set<String> ordered = new LinkedHashSet<>();
        Names.inOrder().forEach(ordered::add);
        ordered.retainAll(measured);
        ordered.addAll(measured);
        return ordered;
    }

    private @Nullable Row find(Column column, String contender) {
        return results.find(column.benchmark, column.threads, contender)
                .or(() -> results.find(column.benchmark, column.threads, contender + "WithRoom"))
                .orElse(null);
    }
}
