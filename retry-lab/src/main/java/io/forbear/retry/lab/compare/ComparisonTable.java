package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.compare.ComparisonResult.OfFleet;
import io.forbear.retry.lab.compare.ComparisonResult.OfScenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A comparison as tables for a console: one for each fleet, a row for each scenario, three columns for each policy.
 * Where the policies do not fit into one width, the rows come again with the next ones.
 */
final class ComparisonTable {

    private static final int WIDTH = 120;
    private static final int SCENARIO = 16;

    private final ComparisonResult result;
    private final boolean ranges;
    /** Columns of success, back and amplification, without marks. */
    private final int[] widths;

    ComparisonTable(ComparisonResult result) {
        this.result = result;
        this.ranges = result.seeds().size() > 1;
        this.widths = ranges ? new int[] {11, 10, 10} : new int[] {7, 6, 6};
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (OfFleet fleet : result.fleets()) {
            text.append(FleetText.title(fleet.fleet())).append(String.format("%n"));
            int fit = Math.max(1, (WIDTH - SCENARIO) / policyWidth());
            for (int from = 0; from < result.policies().size(); from += fit) {
                List<SimulatedPolicy> part = result.policies()
                        .subList(from, Math.min(from + fit, result.policies().size()));
                append(text, fleet, part);
            }
        }
        text.append(
                String.format("success: percent of the calls that are due in the judged time. back: seconds from its"
                        + " end until calls succeed as before.%namplification: attempts for each call in the judged"
                        + " time."
                        + "  * the best  ! worse than none by more than 1 point or 1 s%n"));
        if (result.partial()) {
            text.append(
                    String.format("Stopped early: these are the runs that were over; - for those that were not.%n"));
        }
        return text.toString();
    }

    /** Three columns with a space before, marks after two of them, and a bar. */
    private int policyWidth() {
        return widths[0] + widths[1] + widths[2] + 3 + 2 + 2;
    }

    private void append(StringBuilder text, OfFleet fleet, List<SimulatedPolicy> part) {
        List<String> names = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (SimulatedPolicy policy : part) {
            names.add(policy.name());
            columns.add(cell("succ. %", "", "back s", "", "ampl."));
        }
        text.append(line("", names.stream().map(this::centred).toList()));
        text.append(line("scenario", columns));
        for (OfScenario row : fleet.scenarios()) {
            Judge judge = new Judge(row);
            text.append(line(
                    row.scenario().name(),
                    part.stream().map(policy -> means(policy, judge)).toList()));
            if (ranges) {
                text.append(line(
                        "", part.stream().map(policy -> ranges(policy, judge)).toList()));
            }
        }
        text.append(String.format("%n"));
    }

    private static String line(String head, List<String> cells) {
        String line = String.format(Locale.ROOT, "%-" + SCENARIO + "s", head) + String.join("", cells);
        return line.stripTrailing() + System.lineSeparator();
    }

    private String centred(String name) {
        int inner = policyWidth() - 2;
        int before = Math.max(0, (inner - name.length()) / 2);
        return " |" + String.format(Locale.ROOT, "%-" + inner + "s", " ".repeat(before) + name);
    }

    private String cell(String success, String mark, String back, String backMark, String amplification) {
        return " |" + right(widths[0], success, mark) + right(widths[1], back, backMark) + " "
                + String.format(Locale.ROOT, "%" + widths[2] + "s", amplification);
    }

    private static String right(int width, String figure, String mark) {
        return String.format(Locale.ROOT, " %" + width + "s%-1s", figure, mark);
    }

    private String means(SimulatedPolicy policy, Judge judge) {
        PolicyFigures found = judge.figures(policy.name());
        if (found == null) {
            return cell("-", "", "-", "", "-");
        }
        return cell(
                Judge.percent(found.success().mean()),
                judge.successMark(found),
                judge.isBackMeasured() ? Judge.seconds(found.backSeconds().mean()) : "-",
                judge.backMark(found),
                ratio(found.amplification().mean()));
    }

    private String ranges(SimulatedPolicy policy, Judge judge) {
        PolicyFigures found = judge.figures(policy.name());
        if (found == null) {
            return cell("", "", "", "", "");
        }
        Range success = found.success();
        Range back = found.backSeconds();
        Range amplification = found.amplification();
        return cell(
                Judge.percent(success.min()) + "-" + Judge.percent(success.max()),
                "",
                judge.isBackMeasured() ? Judge.seconds(back.min()) + "-" + Judge.seconds(back.max()) : "",
                "",
                ratio(amplification.min()) + "-" + ratio(amplification.max()));
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
