package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a running storm: every shipped query is answered, and the counts are those of the report.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormPrometheusIT {

    /**
     * Where the picture of the README goes, drawn from a storm of the usual length; else a short storm is drawn below
     * target.
     */
    private static final String PICTURE = System.getProperty("forbear.picture");

    private static final String[] STORM = PICTURE == null
            ? new String[] {"--serve", "0", "--duration", "6s", "--load", "60", "--policies", "naive,default"}
            : new String[] {"--serve", "0", "--policies", "naive,jitter,budget,default"};

    @TempDir
    private Path folder;

    @Test
    void everyShippedQueryIsAnsweredAboutARunningStorm() throws Exception {
        PrometheusServer.command("prometheus");
        try (LabProcess lab = new LabProcess(folder, Map.of(), STORM);
                PrometheusServer prometheus = new PrometheusServer(folder, lab.metricsPort(), ShippedQueries.RULES)) {
            long began = System.currentTimeMillis() / 1000;
            JsonNode figures = lab.figures();
            long ended = System.currentTimeMillis() / 1000;

            Set<String> queries = ShippedQueries.ofDashboards("10s");
            queries.addAll(ShippedQueries.ofRules(prometheus));
            List<String> empty = new ArrayList<>();
            for (String query : queries) {
                if (prometheus.range(query, began, ended).isEmpty()) {
                    empty.add(query);
                }
            }
            assertThat(empty).allMatch(StormPrometheusIT::mayBeEmpty);
            assertThat(queries).hasSizeGreaterThan(30);

            // the naive policy's turn was over long before the last scrape
            JsonNode naive = LabProcess.policy(figures, "naive");
            assertThat(most(prometheus, "sum(forbear_calls_total{retry_service='storm-naive'})", began, ended))
                    .isEqualTo(naive.path("calls").asDouble());
            assertThat(most(
                            prometheus,
                            "sum(forbear_calls_total{retry_service='storm-naive',outcome!='failure'})",
                            began,
                            ended))
                    .isEqualTo(naive.path("succeeded").asDouble());
            assertThat(most(prometheus, "forbear_attempts_total{retry_service='storm-naive-layer-2'}", began, ended))
                    .isEqualTo(naive.path("attempts").asDouble());
            assertThat(most(prometheus, "forbear_lab_load{policy='naive'}", began, ended))
                    .isGreaterThan(most(prometheus, "forbear_lab_goodput{policy='naive'}", began, ended));

            Path picture = Path.of(PICTURE == null ? "target/dashboard.svg" : PICTURE);
            Files.writeString(picture, DashboardPicture.of(prometheus, began, ended));
            assertThat(picture).content().contains(">storm-default</text>");
        }
    }

    /** Alerts, whose emptiness is good news: which of them a short storm raises is a matter of seconds. */
    private static boolean mayBeEmpty(String query) {
        return ShippedQueries.isAlert(query);
    }

    private static double most(PrometheusServer prometheus, String query, long from, long to) throws Exception {
        double most = Double.NaN;
        for (JsonNode series : prometheus.range(query, from, to)) {
            for (JsonNode point : series.path("values")) {
                double value = point.get(1).asDouble();
                if (!Double.isNaN(value)) {
                    most = Double.isNaN(most) ? value : Math.max(most, value);
                }
            }
        }
        return most;
    }
}
