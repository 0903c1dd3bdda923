package io.forbear.retry.lab.compare;

import java.util.List;
import java.util.Locale;

/** Rows of an agreement as a table in Markdown. */
final class AgreementTable {

    private AgreementTable() {}

    static String head() {
        return String.format(
                "| scenario | policy | amplification, simulate | storm | ratio | back s, simulate | storm |"
                        + " success %%, simulate | storm | |%n|---|---|--:|--:|--:|--:|--:|--:|--:|---|");
    }

    static String line(Agreement.Row row) {
        PolicyFigures simulated = row.simulated();
        boolean measured = row.scenario().isRecoveryMeasured();
        Double back = row.real().backSeconds();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.2f | %.2f | %s | %s | %s | %.1f | %s |",
                row.scenario().name(),
                row.policy(),
                range(simulated.amplification(), "%.2f"),
                row.real().amplification(),
                row.ratio(),
                measured ? seconds(row) : "-",
                !measured ? "-" : back == null ? "never" : String.format(Locale.ROOT, "%.1f", back),
                range(simulated.success(), "%.1f"),
                row.real().success(),
                remark(row));
    }

    private static String remark(Agreement.Row row) {
        String differs = !row.isLoadAlike() ? "load differs" : !row.isRecoveryAlike() ? "recovery differs" : "";
        return row.isMachineLate() ? (differs + " machine busy").strip() : differs;
    }

    private static String seconds(Agreement.Row row) {
        Range back = row.simulated().backSeconds();
        if (row.recovered() == 0) {
            return "never";
        }
        return row.recovered() == row.simulated().runs()
                ? range(back, "%.1f")
                : String.format(
                        Locale.ROOT,
                        "%.1f.., never in %d",
                        back.min(),
                        row.simulated().runs() - row.recovered());
    }

    private static String range(Range range, String format) {
        String least = String.format(Locale.ROOT, format, range.min());
        String most = String.format(Locale.ROOT, format, range.max());
        return least.equals(most) ? least : least + ".." + most;
    }

    static String sum(List<Agreement.Row> rows) {
        long load = rows.stream().filter(Agreement.Row::isLoadAlike).count();
        long recovery = rows.stream().filter(Agreement.Row::isRecoveryAlike).count();
        return String.format(
                Locale.ROOT,
                "%d rows: amplification within %.0f %% or within the range of the seeds in %d, recovery alike in %d",
                rows.size(),
                100 * Agreement.Row.TOLERANCE,
                load,
                recovery);
    }
}
