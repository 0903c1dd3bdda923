package io.forbear.retry.it.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.lab.report.DashboardChart;
import io.forbear.retry.lab.report.DashboardChart.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The main panels of the shipped dashboard, as a Prometheus answers them, in one picture. */
final class DashboardPicture {

    private static final List<String> SHOWN = List.of(
            "Share of calls that succeeded",
            "Share of retries wasted",
            "Budget left",
            "Breaker",
            "Breaker window",
            "Amplification by layer");

    private DashboardPicture() {}

    static String of(PrometheusServer prometheus, long fromSecond, long toSecond)
            throws IOException, InterruptedException {
        DashboardChart chart = new DashboardChart(
                "The dashboard's panels during a storm",
                "dashboards/grafana/service.json, answered by a Prometheus that scraped bin/retry-lab storm; each "
                        + "policy in its turn",
                toSecond - fromSecond);
        for (JsonNode panel : ShippedQueries.panels()) {
            String title = panel.path("title").asText();
            if (SHOWN.contains(title)) {
                String query = ShippedQueries.filled(panel.path("targets").path(0), "4s");
                chart.panel(titleOf(title), series(prometheus.range(query, fromSecond, toSecond), fromSecond));
            }
        }
        return chart.svg();
    }

    private static String titleOf(String panel) {
        return switch (panel) {
            case "Breaker" -> "Breaker: 0 closed, 1 open, 2 half open";
            case "Breaker window" -> "Breaker window: share that failed";
            case "Amplification by layer" -> "Amplification: attempts for each call";
            default -> panel;
        };
    }

    private static List<Series> series(JsonNode answer, long fromSecond) {
        List<Series> lines = new ArrayList<>();
        for (JsonNode one : answer) {
            JsonNode points = one.path("values");
            double[] seconds = new double[points.size()];
            double[] values = new double[points.size()];
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = points.get(i).get(0).asDouble() - fromSecond;
                values[i] = Double.parseDouble(points.get(i).get(1).asText().replace("+Inf", "Infinity"));
            }
            lines.add(new Series(one.path("metric").path("retry_service").asText(), seconds, values));
        }
        lines.sort(Comparator.comparingDouble(line -> line.seconds()[0])); // in the order of their turns
        return lines;
    }
}
