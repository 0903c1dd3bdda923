package io.forbear.retry.lab.report;

import io.forbear.retry.lab.compare.FleetText;
import io.forbear.retry.lab.compare.Range;
import io.forbear.retry.lab.sweep.Point;
import io.forbear.retry.lab.sweep.SweepResult;
import io.forbear.retry.lab.sweep.SweepResult.Case;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The points of a sweep as text for a console: over all scenarios, then for each. */
final class SweepTable {

    private final SweepResult result;
    private final boolean ranges;
    private final StringBuilder text = new StringBuilder();

    SweepTable(SweepResult result) {
        this.result = result;
        this.ranges = result.comparison().seeds().size() > 1;
    }

    String text() {
        text.setLength(0);
        if (result.cases().size() > 1) {
            table("Mean of " + result.cases().size() + " scenarios", result.overall());
        }
        for (Case of : result.cases()) {
            table(of.row().scenario().name() + ", " + FleetText.title(of.fleet()), of.points());
        }
        line("%s", new SweepSentence(result).text().strip());
        line("success: percent of the calls that are due in the judged time. load: attempts for each of them.");
        line("back: seconds from its end until calls succeed as before; > where a run ended before. * on the front.");
        if (!ranges) {
            line("One seed: a difference may be chance; --seeds N shows how far a figure moves.");
        }
        if (result.comparison().partial()) {
            line("Stopped early: only the scenarios of which every run is over are here.");
        }
        return text.toString();
    }

    private void table(String title, List<Point> points) {
        line("%s", title);
        line("%-18s %2s %9s %16s %7s %13s %8s %15s", result.knob().key(), "", "success", "", "load", "", "back", "");
        for (Point point : points) {
            line(
                    "%-18s %2s %9s %16s %7s %13s %8s %15s",
                    point.value(),
                    point.onFront() ? "*" : "",
                    number(2, point.success().mean()),
                    range(2, point.success()),
                    number(2, point.load().mean()),
                    range(2, point.load()),
                    back(point),
                    range(1, point.back()));
        }
        line("");
    }

    static String back(Point point) {
        Range back = point.back();
        return back == null ? "-" : (point.never() > 0 ? ">" : "") + number(1, back.mean());
    }

    static String number(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private String range(int digits, @Nullable Range range) {
        return !ranges || range == null ? "" : number(digits, range.min()) + "-" + number(digits, range.max());
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append(System.lineSeparator());
    }
}
