package io.forbear.retry.benchmarks.report;

import io.forbear.retry.benchmarks.report.Finding.Verdict;
import java.util.List;

/** Says which of the {@link Targets} hold. */
final class Guard {

    private final List<Finding> findings;

    Guard(Results results) {
        this.findings = Targets.findings(results);
    }

    /** Tells whether anything is broken beyond its error, or was not measured at all. */
    boolean fails() {
        return count(Verdict.BROKEN) + count(Verdict.NOT_MEASURED) > 0;
    }

    private long count(Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }

    /** Returns a Markdown table of all targets, and a line that sums it up. */
    String table() {
        TextTable table = new TextTable(List.of("question", "target", "measured", "allowed", "used", "verdict"));
        for (Finding finding : findings) {
            table.add(List.of(
                    finding.question(),
                    finding.target(),
                    shown(finding, finding.measured()),
                    shown(finding, finding.limit()),
                    shown(finding, finding.use()).replace(" " + finding.unit(), ""),
                    finding.verdict().toString()));
        }
        return table + "\n" + summary() + "\n";
    }

    private static String shown(Finding finding, Figure figure) {
        return finding.verdict() == Verdict.NOT_MEASURED ? "–" : figure + " " + finding.unit();
    }

    private String summary() {
        return String.format(
                "%d targets: %d hold, %d within error, %d broken, %d not measured.",
                findings.size(),
                count(Verdict.HOLDS),
                count(Verdict.UNCLEAR),
                count(Verdict.BROKEN),
                count(Verdict.NOT_MEASURED));
    }
}
