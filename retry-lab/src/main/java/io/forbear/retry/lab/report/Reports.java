package io.forbear.retry.lab.report;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.forbear.retry.lab.storm.StormResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what was measured, in the forms that people and programs read. */
public final class Reports {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final JsonNode figures;

    private Reports(JsonNode figures) {
        this.figures = figures;
    }

    /**
     * Returns the reports of a storm.
     *
     * @param result what was measured
     * @return its reports
     */
    public static Reports of(StormResult result) {
        return new Reports(JSON.valueToTree(result));
    }

    /**
     * Returns the reports of figures that were written before.
     *
     * @param file what {@link #writeJson} wrote
     * @return the same reports
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it does not hold the figures of a storm
     */
    public static Reports read(Path file) throws IOException {
        JsonNode figures;
        try {
            figures = JSON.readTree(file.toFile());
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": not JSON (expected: the figures of a storm)", e);
        }
        if (!figures.path("scenario").isObject() || !figures.path("policies").isArray()) {
            throw new IllegalArgumentException(file + ": other JSON (expected: the figures of a storm)");
        }
        return new Reports(figures);
    }

    /**
     * Returns the table of a storm for a console of 110 columns.
     *
     * @param result what was measured
     * @return lines
     */
    public static String table(StormResult result) {
        return new ConsoleTable(result).text();
    }

    /**
     * Writes the figures.
     *
     * @param file where
     * @return this
     * @throws IOException if that fails
     */
    public Reports writeJson(Path file) throws IOException {
        JSON.writeValue(file.toFile(), figures);
        return this;
    }

    /**
     * Writes the report: one file that needs no other and no network.
     *
     * @param file where
     * @return this
     * @throws IOException if that fails
     */
    public Reports writeHtml(Path file) throws IOException {
        Files.writeString(file, html());
        return this;
    }

    /**
     * Writes the main chart.
     *
     * @param file where
     * @return this
     * @throws IOException if that fails
     */
    public Reports writeSvg(Path file) throws IOException {
        Files.writeString(file, new StormChart(figures).svg());
        return this;
    }

    String html() throws IOException {
        return HtmlReport.of(
                JSON.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(figures));
    }

    JsonNode figures() {
        return figures;
    }
}
