package io.forbear.retry.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** The results of one run, as JMH writes them. Immutable. */
final class Results {

    private static final Comparator<Row> ORDER =
            Comparator.comparing(Row::benchmark).thenComparingInt(Row::threads);

    private final String jdk;
    private final List<Row> rows;

    private Results(String jdk, List<Row> rows) {
        this.jdk = jdk;
        this.rows = rows;
    }

    /** Reads a file that JMH wrote. */
    static Results read(Path file) throws IOException {
        JsonNode found = new ObjectMapper().readTree(file.toFile());
        if (found == null || !found.isArray() || found.isEmpty()) {
            throw new IOException("results: " + file + " (expected: a list of results in JMH's JSON)");
        }
        return of(found);
    }

    /** Takes what JMH writes. The lines keep their order within a benchmark. */
    static Results of(JsonNode written) {
        List<Row> rows = new ArrayList<>();
        for (JsonNode result : written) {
            rows.add(row(result));
        }
        rows.sort(ORDER);
        return new Results(written.path(0).path("jdkVersion").asText(), Collections.unmodifiableList(rows));
    }

    private static Row row(JsonNode result) {
        String name = result.path("benchmark").asText();
        int method = name.lastIndexOf('.');
        JsonNode primary = result.path("primaryMetric");
        return new Row(
                name.substring(name.lastIndexOf('.', method - 1) + 1),
                params(result.path("params")),
                result.path("threads").asInt(),
                result.path("forks").asInt(),
                figure(primary),
                primary.path("scoreUnit").asText(),
                bytes(result.path("secondaryMetrics")));
    }

    private static Map<String, String> params(JsonNode found) {
        Map<String, String> params = new TreeMap<>();
        found.fields()
                .forEachRemaining(
                        param -> params.put(param.getKey(), param.getValue().asText()));
        return params;
    }

    private static Figure bytes(JsonNode metrics) {
        return StreamSupport.stream(((Iterable<Map.Entry<String, JsonNode>>) metrics::fields).spliterator(), false)
                .filter(metric -> metric.getKey().endsWith("gc.alloc.rate.norm"))
                .findFirst()
                .map(metric -> figure(metric.getValue()))
                .orElse(Figure.exactly(Double.NaN));
    }

    /** JMH writes the text "NaN" for the error of too few samples. */
    private static Figure figure(JsonNode metric) {
        return new Figure(
                metric.path("score").asDouble(Double.NaN),
                metric.path("scoreError").asDouble(Double.NaN));
    }

    /** The version of the JDK that ran. */
    String jdk() {
        return jdk;
    }

    List<Row> rows() {
        return rows;
    }

    Optional<Row> find(String benchmark, int threads, String... values) {
        return rows.stream().filter(row -> row.is(benchmark, threads, values)).findFirst();
    }
}
