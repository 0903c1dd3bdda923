package io.forbear.retry.lab.report;

import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.Scenario;
import io.forbear.retry.lab.storm.StormResult;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures of a storm as a table of fixed columns. */
final class ConsoleTable {

    private static final int WIDTH = 110;
    /** With more calls that begin late, in percent, the figures are also those of the machine. */
    private static final double MOST_LATE = 1;

    private static final String INDENT = "  ";

    private final StormResult result;
    private final StringBuilder text = new StringBuilder();

    ConsoleTable(StormResult result) {
        this.result = result;
    }

    String text() {
        text.setLength(0);
        Scenario s = result.scenario();
        if (s.title() != null) {
            return ofFile(s, s.title());
        }
        line(
                "%d calls/s to a service for %d requests/s: %.1f s with %.0f %% stray errors (an ordinary hour), then",
                s.load(), s.capacity(), s.errorsAtMillis() / 1000.0, 100 * s.transientRate());
        line(
                "an outage of %.1f s errors and %.1f s slow answers, then well again",
                (s.slowAtMillis() - s.errorsAtMillis()) / 1000.0, (s.wellAtMillis() - s.slowAtMillis()) / 1000.0);
        heads("storm", "ordinary", "outage");
        result.policies().forEach(this::row);
        line("");
        if (result.runs() > 1) {
            ranges();
        } else {
            line("This is one run of one seed; --runs N shows how far it varies.");
        }
        line("storm: calls due from the beginning of the outage to the end; ordinary: those due before it.");
        line("refused: calls that ended without an attempt. Attempts per call: in the outage; of made: without the");
        line("refused; outage: of all, the amplification. back: since the service is well.");
        return end();
    }

    private String end() {
        if (result.partial()) {
            line("");
            line("Stopped early: these are the figures until then.");
        }
        line("");
        result.policies().forEach(this::settings);
        return text.toString();
    }

    /** The figures of a scenario file, by the rules of simulations. */
    private String ofFile(Scenario s, String title) {
        line("%s: %s", s.name(), title);
        line(
                "%d calls/s of %d clients to a service for %d requests/s; judged: calls due from %.1f to %.1f s",
                s.load(), s.clients(), s.capacity(), s.errorsAtMillis() / 1000.0, s.wellAtMillis() / 1000.0);
        heads("judged", "before", "judged");
        for (PolicyResult p : result.policies()) {
            PolicyResult.Judged judged = p.judged();
            if (judged == null) {
                row(p, p.successPercent(), "-", p.outageAmplification());
            } else {
                Double back = judged.backSeconds();
                row(p, judged.success(), back == null ? "never" : number(1, back), judged.amplification());
            }
        }
        line("");
        if (result.runs() > 1) {
            line(
                    "These are the medians of %d runs with different seeds; the JSON has the least and the most.",
                    result.runs());
        } else {
            line("This is one run of one seed; --runs N shows how far it varies.");
        }
        line("judged: calls due in the judged time; before: those due before it. Attempts per call: in the judged");
        line("time; of made: without the refused. back: from its end until, for a second, as many calls succeed as");
        line("in good times.");
        double late = result.policies().stream()
                .mapToDouble(p -> p.judged() == null ? 0 : p.judged().latePercent())
                .max()
                .orElse(0);
        if (late > MOST_LATE) {
            line("This machine was busy: up to %.1f %% of the calls began late. Run it again on a quieter one.", late);
        }
        return end();
    }

    private void heads(String success, String before, String amplification) {
        line("");
        line(
                "%-17s %16s %7s %14s %18s %8s %7s %7s %7s",
                "", "success, % of due", "goodput", "calls", "attempts per call", "load", "p99", "budget", "breaker");
        line(
                "%-17s %7s %8s %7s %6s %7s %9s %8s %8s %7s %7s %7s",
                "policy",
                success,
                before,
                "back, s",
                "made",
                "refused",
                "of made",
                amplification,
                "peak, /s",
                "ms",
                "denied",
                "changes");
    }

    private void row(PolicyResult p) {
        row(p, p.successPercent(), recovery(p), p.outageAmplification());
    }

    private void row(PolicyResult p, @Nullable Double success, String back, double amplification) {
        line(
                "%-17s %7s %8s %7s %6d %7d %9.2f %8.2f %8.0f %7.0f %7d %7d",
                p.title(),
                number(1, success),
                number(2, p.transientSuccessPercent()),
                back,
                p.calls() - p.refused(),
                p.refused(),
                p.outageAttemptsPerCallMade(),
                amplification,
                p.peakLoad(),
                p.p99Millis(),
                p.budgetDenied(),
                p.breakerTransitions());
    }

    private static String number(int digits, @Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private String recovery(PolicyResult p) {
        Double seconds = p.recoverySeconds();
        return seconds == null && !p.partial() ? later() : number(2, seconds);
    }

    /** Later than the run could tell. */
    private String later() {
        return String.format(Locale.ROOT, ">%.1f", result.scenario().recoveryLimitMillis() / 1000.0);
    }

    private void ranges() {
        line("These are the medians of %d runs with different seeds and phases. Least..most:", result.runs());
        line("");
        line(
                "%-17s %14s %14s %14s %12s %14s %14s",
                "policy", "storm, %", "ordinary, %", "back, s", "refused", "of made", "outage");
        for (PolicyResult p : result.policies()) {
            line(
                    "%-17s %14s %14s %14s %12s %14s %14s",
                    p.title(),
                    range(p, "successPercent", 1),
                    range(p, "transientSuccessPercent", 2),
                    range(p, "recoverySeconds", 2),
                    range(p, "refused", 0),
                    range(p, "outageAttemptsPerCallMade", 2),
                    range(p, "outageAmplification", 2));
        }
        line("");
    }

    private String range(PolicyResult p, String figure, int digits) {
        PolicyResult.Range range = p.ranges().get(figure);
        if (range == null) {
            return "-";
        }
        String missing = figure.equals("recoverySeconds") ? later() : "-";
        String least = range.least() == null ? missing : number(digits, range.least());
        String most = range.most() == null ? missing : number(digits, range.most());
        return least.equals(most) ? least : least + ".." + most;
    }

    /** The policy's settings, in lines that are broken between words. */
    private void settings(PolicyResult p) {
        String all = p.settings().entrySet().stream()
                .map((Map.Entry<String, String> setting) -> setting.getKey() + ": " + setting.getValue())
                .collect(Collectors.joining("; "));
        StringBuilder now = new StringBuilder(p.title() + " -");
        for (String word : all.split(" ", -1)) {
            if (now.length() + 1 + word.length() > WIDTH) {
                line("%s", now);
                now.setLength(0);
                now.append(INDENT);
            }
            now.append(' ').append(word);
        }
        line("%s", now);
    }

    private void line(String format, @Nullable Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
