package io.forbear.retry.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Made-up results in the shape that JMH writes. */
final class Written {

    private final ArrayNode results = new ObjectMapper().createArrayNode();
    private final String jdk;

    Written(String jdk) {
        this.jdk = jdk;
    }

    Written with(String benchmark, int threads, double time, double error, double bytes, String... params) {
        ObjectNode result = results.addObject();
        result.put("benchmark", "io.forbear.retry.benchmarks." + benchmark);
        result.put("jdkVersion", jdk);
        result.put("threads", threads);
        result.put("forks", 2);
        if (params.length > 0) {
            ObjectNode given = result.putObject("params");
            for (int i = 0; i < params.length; i += 2) {
                given.put(params[i], params[i + 1]);
            }
        }
        figure(result.putObject("primaryMetric"), time, error, "ns/op");
        figure(result.putObject("secondaryMetrics").putObject("gc.alloc.rate.norm"), bytes, 0.001, "B/op");
        return this;
    }

    private static void figure(ObjectNode metric, double score, double error, String unit) {
        metric.put("score", score);
        if (Double.isNaN(error)) {
            metric.put("scoreError", "NaN");
        } else {
            metric.put("scoreError", error);
        }
        metric.put("scoreUnit", unit);
    }

    Results results() {
        return Results.of(results);
    }

    String json() {
        return results.toPrettyString();
    }

    /** Changes the figures of one subject, whatever it is a parameter of, on every number of threads. */
    Written replacing(String benchmark, String subject, double time, double bytes) {
        for (com.fasterxml.jackson.databind.JsonNode result : results) {
            if (result.path("benchmark").asText().endsWith("." + benchmark)
                    && result.path("params").toString().contains('"' + subject + '"')) {
                figure((ObjectNode) result.path("primaryMetric"), time, time / 10, "ns/op");
                ObjectNode allocated =
                        (ObjectNode) result.path("secondaryMetrics").path("gc.alloc.rate.norm");
                figure(allocated, bytes, 0.001, "B/op");
            }
        }
        return this;
    }

    /**
     * The success, retry and exhausted paths of one thread and two, each contender at the time given, with an error of
     * a tenth.
     */
    Written path(String benchmark, String contender, double nanos, double bytes) {
        with(benchmark + ".call", 1, nanos, nanos / 10, bytes, "contender", contender);
        return with(benchmark + ".call", 2, nanos, nanos / 10, bytes, "contender", contender);
    }
}
