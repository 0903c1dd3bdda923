package io.forbear.retry.lab.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.lab.compare.Comparisons;
import io.forbear.retry.lab.sweep.Point;
import io.forbear.retry.lab.sweep.SweepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what a sweep showed, in the forms that people and programs read. */
public final class SweepReports {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private SweepReports() {}

    /**
     * Returns the tables for a console of 110 columns.
     *
     * @param result what was found
     * @return lines
     */
    public static String table(SweepResult result) {
        return new SweepTable(result).text();
    }

    /**
     * Writes the figures as JSON, which are the same for the same seeds.
     *
     * @param result what was found
     * @param file where
     * @throws IOException if that fails
     */
    public static void writeJson(SweepResult result, Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(tree(result)) + System.lineSeparator());
    }

    /**
     * Writes the report: one file that needs no other and no network.
     *
     * @param result what was found
     * @param file where
     * @throws IOException if that fails
     */
    public static void writeHtml(SweepResult result, Path file) throws IOException {
        Files.writeString(file, new SweepPage(result).html());
    }

    /** The figures of the comparison, and the points made of them. */
    static ObjectNode tree(SweepResult result) {
        ObjectNode root = Comparisons.tree(result.comparison());
        root.put("kind", "sweep").put("knob", result.knob().key());
        result.knob().values().forEach(root.putArray("values")::add);
        root.put("sentence", new SweepSentence(result).text().strip());
        var points = root.putArray("points");
        for (Point point : result.overall()) {
            ObjectNode node = points.addObject().put("value", point.value());
            Comparisons.put(node, "success", point.success());
            Comparisons.put(node, "amplification", point.load());
            if (point.back() != null) {
                Comparisons.put(node, "backSeconds", point.back());
                node.put("neverBackIn", point.never());
            }
            node.put("onFront", point.onFront()).put("beatenBy", point.beatenBy());
        }
        return root;
    }
}
