package io.forbear.retry.lab.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.lab.compare.ComparisonResult.OfFleet;
import io.forbear.retry.lab.compare.ComparisonResult.OfScenario;
import io.forbear.retry.lab.simulate.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Says what a comparison showed, to people and to programs. */
public final class Comparisons {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final double SCALE = 1e4;

    private Comparisons() {}

    /**
     * Returns the tables for a console of 120 columns.
     *
     * @param result what was found
     * @return lines
     */
    public static String table(ComparisonResult result) {
        return new ComparisonTable(result).text();
    }

    /**
     * Returns the head of a table of {@linkplain #agreement(Agreement.Row) rows}.
     *
     * @return lines of Markdown
     */
    public static String agreementHead() {
        return AgreementTable.head();
    }

    /**
     * Returns how simulation and real HTTP agree in one scenario under one policy.
     *
     * @param row what was found
     * @return one line of Markdown
     */
    public static String agreement(Agreement.Row row) {
        return AgreementTable.line(row);
    }

    /**
     * Returns how they agree in all.
     *
     * @param rows what was found
     * @return a sentence
     */
    public static String agreement(List<Agreement.Row> rows) {
        return AgreementTable.sum(rows);
    }

    /**
     * Returns what the comparison took.
     *
     * @param cost the cost
     * @return one line
     */
    public static String line(Cost cost) {
        return String.format(
                Locale.ROOT,
                "%,d attempts simulated in %.1f s; %,.0f attempts/s of one core",
                cost.attempts(),
                cost.seconds(),
                cost.attemptsPerCoreSecond());
    }

    /**
     * Writes the figures as JSON, which are the same for the same seeds.
     *
     * @param result what was found
     * @param file where
     * @throws IOException if that fails
     */
    public static void writeJson(ComparisonResult result, Path file) throws IOException {
        Files.writeString(file, json(result) + System.lineSeparator());
    }

    static String json(ComparisonResult result) throws IOException {
        return JSON.writeValueAsString(tree(result));
    }

    /**
     * Returns the figures as JSON.
     *
     * @param result what was found
     * @return what {@link #writeJson} writes
     */
    public static ObjectNode tree(ComparisonResult result) {
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", "simulate").put("version", result.version()).put("partial", result.partial());
        result.seeds().forEach(root.putArray("seeds")::add);
        ObjectNode policies = root.putObject("policies");
        result.policies().forEach(policy -> policies.put(policy.name(), policy.description()));
        var fleets = root.putArray("fleets");
        for (OfFleet fleet : result.fleets()) {
            ObjectNode table = fleets.addObject();
            table.put("clients", fleet.fleet().clients())
                    .put("callsPerClient", fleet.fleet().callsPerClient())
                    .put("utilisation", fleet.fleet().utilisation());
            var scenarios = table.putArray("scenarios");
            fleet.scenarios().forEach(row -> put(scenarios.addObject(), row));
        }
        return root;
    }

    private static void put(ObjectNode row, OfScenario of) {
        row.put("name", of.scenario().name()).put("title", of.scenario().title());
        ObjectNode policies = row.putObject("policies");
        boolean after = of.scenario().isRecoveryMeasured();
        of.policies().forEach((name, found) -> {
            ObjectNode figures = policies.putObject(name).put("runs", found.runs());
            put(figures, "success", found.success());
            put(figures, "refused", found.refused());
            put(figures, "amplification", found.amplification());
            put(figures, "attemptsPerCall", found.attemptsPerCall());
            if (of.scenario().load() == Scenario.Load.ONCE) {
                put(figures, "doneSeconds", found.doneSeconds());
            }
            if (after) {
                put(figures, "backSeconds", found.backSeconds());
                put(figures, "successAfter", found.successAfter());
                put(figures, "amplificationAfter", found.amplificationAfter());
            }
        });
    }

    /**
     * Adds a figure. JSON has no infinity: what never comes is {@code null}.
     *
     * @param figures where
     * @param name of the figure
     * @param range the figure, of which mean, min and max are written
     */
    public static void put(ObjectNode figures, String name, Range range) {
        ObjectNode node = figures.putObject(name);
        put(node, "mean", range.mean());
        put(node, "min", range.min());
        put(node, "max", range.max());
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, Math.rint(value * SCALE) / SCALE);
        } else {
            node.putNull(name);
        }
    }
}
