package io.forbear.retry.lab.fleet;

import java.util.Locale;
import java.util.StringJoiner;

/** The figures of a fleet for a reader. */
public final class FleetTable {

    private static final int ID = 8;

    private FleetTable() {}

    /**
     * Returns the table.
     *
     * @param f the figures
     * @return lines, the last of them without an end
     */
    public static String of(FleetFigures f) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add(line(
                "%s at %s: %d %s", f.service(), f.store(), f.holders(), f.holders() == 1 ? "process" : "processes"));
        lines.add("");
        lines.add(line("%-10s %12s", "", "tokens"));
        lines.add(line("%-10s %12.1f   in the pot, of %.0f at most", "balance", f.balance(), f.capacity()));
        lines.add(line("%-10s %12.1f   spent without a lease, and not in the pot", "owed", f.owed()));
        lines.add(line("%-10s %12.1f   to all processes since the pot was made", "granted", f.granted()));
        lines.add(line("%-10s %12.1f   by them", "returned", f.returned()));
        lines.add(line("%-10s %12.1f   granted and not returned: spent, or held by a process", "leased", f.leased()));
        lines.add(line("%-10s %12s   messages that asked and got less than a token", "denied", f.denied()));
        if (!f.newest().isEmpty()) {
            holders(f, lines);
        }
        return lines.toString();
    }

    private static void holders(FleetFigures f, StringJoiner lines) {
        lines.add("");
        lines.add(line(
                "%-8s %15s %12s %12s %12s %16s",
                "process", "last message, s", "granted", "returned", "successes", "without a lease"));
        for (FleetFigures.Holder holder : f.newest()) {
            lines.add(line(
                    "%-8s %15.1f %12.1f %12.1f %12d %16.1f",
                    holder.id().substring(0, Math.min(ID, holder.id().length())),
                    holder.ageSeconds(),
                    holder.granted(),
                    holder.returned(),
                    holder.successes(),
                    holder.withoutLease()));
        }
        long more = f.holders() - f.newest().size();
        if (more > 0) {
            lines.add(line("and %d more, whose last message is older", more));
        }
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
