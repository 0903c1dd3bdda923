package io.forbear.retry.lab.report;

import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.Scenario;
import io.forbear.retry.lab.storm.StormResult;
import java.util.Locale;

/** The figures of a storm as a table of fixed columns. */
final class ConsoleTable {

    private final StormResult result;

    ConsoleTable(StormResult result) {
        this.result = result;
    }

    String text() {
        Scenario s = result.scenario();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%d calls/s to a service for %d requests/s; %.1f s errors, %.1f s slow answers, then well again%n%n",
                s.load(),
                s.capacity(),
                (s.slowAtMillis() - s.errorsAtMillis()) / 1000.0,
                (s.wellAtMillis() - s.slowAtMillis()) / 1000.0));
        text.append(String.format(
                Locale.ROOT,
                "%-17s %6s %8s %9s %14s %19s %8s %7s %7s %8s%n",
                "",
                "",
                "success",
                "",
                "amplification",
                "load, requests/s",
                "goodput",
                "p99",
                "budget",
                "breaker"));
        text.append(String.format(
                Locale.ROOT,
                "%-17s %6s %8s %9s %6s %7s %6s %12s %8s %7s %7s %8s%n",
                "policy",
                "calls",
                "%",
                "attempts",
                "run",
                "outage",
                "peak",
                "after outage",
                "back, s",
                "ms",
                "denied",
                "changes"));
        result.policies().forEach(policy -> text.append(row(policy)));
        if (result.partial()) {
            text.append(String.format("%nStopped early: these are the figures until then.%n"));
        }
        return text.toString();
    }

    private static String recovery(PolicyResult p) {
        Double seconds = p.recoverySeconds();
        if (seconds == null) {
            return p.partial() ? "-" : "never";
        }
        return String.format(Locale.ROOT, "%.2f", seconds);
    }

    private static String row(PolicyResult p) {
        return String.format(
                Locale.ROOT,
                "%-17s %6d %8.1f %9d %6.2f %7.2f %6.0f %12.0f %8s %7.0f %7d %8d%n",
                p.title(),
                p.calls(),
                p.successPercent(),
                p.attempts(),
                p.amplification(),
                p.outageAmplification(),
                p.peakLoad(),
                p.loadAfterOutage(),
                recovery(p),
                p.p99Millis(),
                p.budgetDenied(),
                p.breakerTransitions());
    }
}
