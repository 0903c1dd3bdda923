package io.forbear.retry.lab.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.lab.compare.Comparisons;
import io.forbear.retry.lab.compare.PolicyFigures;
import io.forbear.retry.lab.compare.Range;
import io.forbear.retry.lab.plan.PlanCheck.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells a plan and its check, to people and to programs. */
public final class PlanReport {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final double FEW = 10;
    /** Seconds by which a recovery is told to be later. */
    private static final double LATER = 1;

    private static final double BACK = 0.96;

    private final Checked checked;
    private final PolicyPlan plan;
    private final PlanRequest request;
    private final StringBuilder text = new StringBuilder();

    /**
     * Creates a report.
     *
     * @param checked what to tell
     */
    public PlanReport(Checked checked) {
        this.checked = checked;
        this.plan = checked.plan();
        this.request = plan.request();
    }

    /**
     * Returns promise, arithmetic, policy, what the simulation showed, and the policy in every form.
     *
     * @return lines
     */
    public String text() {
        text.setLength(0);
        line(
                "Promise: %s %% of the calls to %s succeed within %s, where %s %% of the attempts fail, half of the"
                        + " answers come within %s and 99 %% within %s.",
                Text.percent(request.availability()),
                request.service(),
                Text.time(request.deadline()),
                Text.percent(request.errorRate()),
                Text.time(request.latency().median()),
                Text.time(request.latency().p99()));
        head("The arithmetic");
        plan.reasoning().lines().forEach(sentence -> line("- %s", sentence));
        head("The policy");
        line("%s", policy());
        head("In the simulation, with the real engine");
        if (checked.isComplete()) {
            ordinary();
            outage();
        } else {
            line("Stopped before its end.");
        }
        head("The verdict");
        verdict().forEach(sentence -> line("%s", sentence));
        for (PolicyExport export : PolicyExport.all()) {
            head(export.title());
            text.append(export.text(plan).replace("\n", System.lineSeparator()));
        }
        return text.toString();
    }

    private String policy() {
        if (plan.attempts() == 1) {
            return "1 attempt, which has the " + Text.time(request.deadline()) + " of the call; the default breaker.";
        }
        return String.format(
                Locale.ROOT,
                "%d attempts, first wait up to %s and doubling, with equal jitter; %s for an attempt, %s for the"
                        + " call; a success earns %s of a retry; the default breaker.",
                plan.attempts(),
                Text.time(plan.firstBackoff()),
                Text.time(plan.attemptTimeout()),
                Text.time(request.deadline()),
                Text.plain(plan.budgetRatio()));
    }

    private void ordinary() {
        double calls = checked.scenarios().judgedCalls() * checked.seeds();
        line(
                "An ordinary hour, %,.0f calls of %,d clients with %s calls/s each, and %s %% of the attempts failing:",
                calls,
                request.fleet().clients(),
                Text.plain(request.fleet().callsPerClient()),
                Text.percent(request.plannedErrorRate()));
        each(outcome -> String.format(
                Locale.ROOT,
                "%s %% succeed%s, %.3f attempts for each call",
                success(outcome.ordinary().success().mean()),
                range(outcome.ordinary().success()),
                outcome.ordinary().amplification().mean()));
        if (calls * (1 - request.availability()) < FEW) {
            line("Of so few calls hardly one may fail: the figure is no proof.");
        }
    }

    private void outage() {
        line(
                "An outage, 10 s of errors and 5 s in which work takes 10 times as long, of a service of which %,d"
                        + " clients use %s %%:",
                checked.scenarios().outageFleet().clients(),
                Text.plain(Math.round(1000 * checked.scenarios().outageUtilisation()) / 10.0));
        each(outcome -> {
            PolicyFigures found = outcome.outage();
            return String.format(
                    Locale.ROOT,
                    "back %s; in the outage %.1f %% succeed, %.2f attempts for each call, %.0f %% of the calls refused",
                    back(found.backSeconds()),
                    found.success().mean(),
                    found.amplification().mean(),
                    found.refused().mean());
        });
    }

    private void each(Function<Outcome, String> words) {
        line("  %-37s %s", "the plan", words.apply(planned()));
        line("  %-37s %s", "no retries", words.apply(Objects.requireNonNull(checked.bare())));
        for (Outcome remedy : checked.remedies()) {
            line("  %-37s %s", remedy.title(), words.apply(remedy));
        }
    }

    private Outcome planned() {
        return Objects.requireNonNull(checked.planned());
    }

    /** Says whether the target is reached; if not, by how much it is missed and what would reach it. */
    List<String> verdict() {
        List<String> lines = new ArrayList<>();
        String target = "The target of " + Text.percent(request.availability()) + " % is ";
        if (checked.isReached()) {
            lines.add(target + "reached in ordinary time. " + after());
        } else if (plan.isReachable() && checked.isComplete()) {
            lines.add(target + "missed in the simulation by "
                    + missed(planned().ordinary().success().mean())
                    + " points, though the arithmetic keeps it: budget or breaker refuse retries that it counts on. "
                    + after());
            lines.add(remedy());
        } else if (plan.isReachable()) {
            lines.add(target + "reached by the arithmetic; the simulation was stopped before it could tell.");
        } else {
            lines.add(target + "out of reach: " + Text.percent(plan.availability()) + " % of the calls are expected to"
                    + " succeed, " + missed(100 * plan.availability()) + " points less."
                    + (checked.isComplete() ? " " + after() : ""));
            List<String> ways = plan.ways();
            lines.add(ways.isEmpty() ? "Nothing alone would reach it." : "Any one of these would reach it:");
            ways.forEach(way -> lines.add("- " + way));
        }
        return lines;
    }

    private String missed(double percent) {
        return success(100 * request.availability() - percent);
    }

    private String remedy() {
        if (checked.remedies().isEmpty()) {
            return "The simulation was stopped before it could tell what would reach it.";
        }
        Outcome best = checked.remedies().get(0);
        for (Outcome outcome : checked.remedies()) {
            if (checked.reaches(outcome)) {
                return outcome.title() + " would reach it; recovery from the outage with it: "
                        + back(outcome.outage().backSeconds()) + ".";
            }
            if (outcome.ordinary().success().mean() > best.ordinary().success().mean()) {
                best = outcome;
            }
        }
        return "Nothing tried reaches it; " + best.title() + " comes nearest, with "
                + success(best.ordinary().success().mean()) + " %; recovery from the outage with it: "
                + back(best.outage().backSeconds()) + ".";
    }

    /** What the outage does to those who rely on the plan. */
    private String after() {
        Range back = planned().outage().backSeconds();
        Range bare = Objects.requireNonNull(checked.bare()).outage().backSeconds();
        String cost = back.mean() > bare.mean() + LATER
                ? " This plan pays for its success in ordinary time with a later recovery. Fewer attempts or a longer"
                        + " attempt timeout may come back sooner; retry-lab sweep shows it."
                : "";
        double late = Math.pow(request.latency().slowerThan(plan.attemptTimeout()), plan.attempts());
        String doubt = late > 1 - BACK
                ? " (It is back when 95 % of the calls succeed, which slow answers alone hardly allow.)"
                : "";
        return "After an outage calls succeed again " + back(back) + ", without retries " + back(bare) + "." + cost
                + doubt;
    }

    private String back(Range range) {
        if (Double.isInfinite(range.min())) {
            return "never within 40 s";
        }
        if (Double.isInfinite(range.max())) {
            return String.format(Locale.ROOT, "after %.1f s or never within 40 s", range.min());
        }
        return String.format(Locale.ROOT, "after %.1f s", range.mean())
                + (checked.seeds() == 1 ? "" : String.format(Locale.ROOT, " (%.1f-%.1f)", range.min(), range.max()));
    }

    private String range(Range range) {
        return checked.seeds() == 1 ? "" : " (" + success(range.min()) + "-" + success(range.max()) + ")";
    }

    private static String success(double percent) {
        return Text.plain(Math.rint(percent * 1e4) / 1e4);
    }

    /**
     * Writes the plan and what was found as JSON.
     *
     * @param file where
     * @throws IOException if that fails
     */
    public void writeJson(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(tree()) + System.lineSeparator());
    }

    ObjectNode tree() {
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", "plan").put("partial", !checked.isComplete());
        root.putObject("promise")
                .put("service", request.service())
                .put("availability", request.availability())
                .put("deadlineMillis", request.deadline().toMillis())
                .put("errorRate", request.errorRate())
                .put("p50Millis", request.latency().median().toNanos() / 1e6)
                .put("p99Millis", request.latency().p99().toNanos() / 1e6)
                .put("criticality", request.criticality().name().toLowerCase(Locale.ROOT))
                .put("clients", request.fleet().clients())
                .put("callsPerClient", request.fleet().callsPerClient())
                .put("utilisation", request.fleet().utilisation());
        ObjectNode policy = root.putObject("policy");
        plan.policy().settings().forEach(policy::put);
        root.putObject("expected")
                .put("availability", plan.availability())
                .put("amplification", plan.amplification())
                .put("failingAttempts", plan.failing())
                .put("reachable", plan.isReachable());
        root.put("reached", checked.isReached());
        verdict().forEach(root.putArray("verdict")::add);
        ObjectNode simulated = root.putObject("simulated").put("seeds", checked.seeds());
        put(simulated, checked.planned());
        put(simulated, checked.bare());
        checked.remedies().forEach(remedy -> put(simulated, remedy));
        return root;
    }

    private static void put(ObjectNode simulated, @Nullable Outcome outcome) {
        if (outcome != null) {
            ObjectNode node = simulated.putObject(outcome.title());
            put(node.putObject("ordinary"), outcome.ordinary());
            ObjectNode outage = node.putObject("outage");
            put(outage, outcome.outage());
            Comparisons.put(outage, "refused", outcome.outage().refused());
            Comparisons.put(outage, "backSeconds", outcome.outage().backSeconds());
        }
    }

    private static void put(ObjectNode node, PolicyFigures figures) {
        Comparisons.put(node, "success", figures.success());
        Comparisons.put(node, "amplification", figures.amplification());
    }

    private void head(String title) {
        text.append(System.lineSeparator()).append(title).append(System.lineSeparator());
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
