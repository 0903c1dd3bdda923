package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The queries of the dashboards and rules, as the shipped files have them. */
final class ShippedQueries {

    static final Path SHIPPED = Path.of("../dashboards");
    static final Path RULES = SHIPPED.resolve("prometheus/rules.yml");

    /** The queries of alerts that a Prometheus has loaded. */
    private static final Set<String> ALERTS = ConcurrentHashMap.newKeySet();

    private ShippedQueries() {}

    /** Tells whether a query is that of an alert: its emptiness is good news. */
    static boolean isAlert(String query) {
        return ALERTS.contains(query);
    }

    /** The panels with queries of the dashboards of every service. */
    static List<JsonNode> panels() throws IOException {
        return panels(files("grafana", "{overview,service}.json"));
    }

    /** The panels with queries of the dashboard of budgets that processes share. */
    static List<JsonNode> panelsOfFleets() throws IOException {
        return panels(files("grafana", "fleet.json"));
    }

    private static List<JsonNode> panels(List<Path> dashboards) throws IOException {
        List<JsonNode> panels = new ArrayList<>();
        for (Path file : dashboards) {
            for (JsonNode panel :
                    new ObjectMapper().readTree(Files.readString(file)).path("panels")) {
                if (panel.path("targets").size() > 0) {
                    panels.add(panel);
                }
            }
        }
        return panels;
    }

    static List<Path> files(String folder, String glob) throws IOException {
        List<Path> files = new ArrayList<>();
        try (var found = Files.newDirectoryStream(SHIPPED.resolve(folder), glob)) {
            found.forEach(files::add);
        }
        assertThat(files).isNotEmpty();
        return files;
    }

    /** The query of a panel as Grafana would send it. */
    static String filled(JsonNode target, String rateInterval) {
        return target.path("expr").asText().replace("$service", ".*").replace("$__rate_interval", rateInterval);
    }

    static Set<String> ofDashboards(String rateInterval) throws IOException {
        Set<String> queries = new LinkedHashSet<>();
        for (JsonNode panel : panels()) {
            panel.path("targets").forEach(target -> queries.add(filled(target, rateInterval)));
        }
        return queries;
    }

    /** The queries of the rules that a Prometheus has loaded without an error. */
    static Set<String> ofRules(PrometheusServer prometheus) throws IOException, InterruptedException {
        Set<String> queries = new LinkedHashSet<>();
        for (JsonNode group : prometheus.get("rules").path("data").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                assertThat(rule.path("lastError").asText())
                        .describedAs("%s", rule.path("name"))
                        .isEmpty();
                queries.add(rule.path("query").asText());
                if (rule.path("type").asText().equals("alerting")) {
                    ALERTS.add(rule.path("query").asText());
                }
            }
        }
        assertThat(queries).hasSizeGreaterThanOrEqualTo(24);
        return queries;
    }
}
