package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes storms of each kind, with the shipped rules, and writes which alert fires in which of them,
 * in eight minutes: {@code mvn -B verify -pl retry-it -am -Dit.test=AlertMatrixIT
 * -Dforbear.alerts=true}. The windows of the rules are sixty times shorter: what is a minute in the file is a second
 * here.
 */
@Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledIfSystemProperty(named = "forbear.alerts", matches = "true")
class AlertMatrixIT {

    private static final Path PAGE = Path.of("../docs/internals/alert-matrix.md");
    private static final Pattern RANGE = Pattern.compile("\\[(\\d+)([mh])]");
    private static final Pattern PATIENCE = Pattern.compile("for: (\\d+)([mh])");
    private static final Pattern ALERT = Pattern.compile("alert: (\\w+)");
    /** So many storms run beside each other. */
    private static final int AT_ONCE = 2;

    private static final String ONE_BAD = "one-bad-instance";

    @TempDir
    private Path folder;

    /** The shipped rules, with seconds for minutes. */
    private static String inSeconds(String rules) {
        String ranges = RANGE.matcher(rules).replaceAll(found -> "[" + seconds(found.group(1), found.group(2)) + "s]");
        return PATIENCE.matcher(ranges).replaceAll(found -> "for: " + seconds(found.group(1), found.group(2)) + "s");
    }

    private static int seconds(String number, String unit) {
        return Integer.parseInt(number) * (unit.equals("h") ? 60 : 1);
    }

    private static List<String> alerts(String rules) {
        List<String> names = new ArrayList<>();
        Matcher found = ALERT.matcher(rules);
        while (found.find()) {
            names.add(found.group(1));
        }
        return names;
    }

    @Test
    void eachAlertFiresInTheScenariosThatItIsForAndInNoOther() throws Exception {
        PrometheusServer.command("prometheus");
        String shipped = Files.readString(ShippedQueries.RULES);
        Path rules = Files.writeString(folder.resolve("rules.yml"), inSeconds(shipped));
        List<LabProcess> labs = new ArrayList<>();
        List<ScrapeTarget> targets = new ArrayList<>();
        try (ManyInstances instances = new ManyInstances();
                WarmTargets warm = new WarmTargets()) {
            targets.addAll(instances.targets());
            AlertScenario.OF_THE_LAB.forEach(scenario -> targets.add(warm.target(scenario.service())));
            try (PrometheusServer prometheus = new PrometheusServer(folder, targets, rules)) {
                long began = System.currentTimeMillis() / 1000;
                long badSince = oneInstanceIsBad(instances);
                int all = AlertScenario.OF_THE_LAB.size();
                for (int first = 0; first < all; first += AT_ONCE) {
                    int end = Math.min(first + AT_ONCE, all);
                    for (int i = first; i < end; i++) {
                        AlertScenario scenario = AlertScenario.OF_THE_LAB.get(i);
                        int port = PrometheusServer.freePort();
                        labs.add(lab(scenario, port));
                        warm.of(scenario.service(), port);
                    }
                    for (int i = first; i < end; i++) {
                        labs.get(i).figures();
                    }
                }
                long ended = System.currentTimeMillis() / 1000;
                Map<String, Map<String, Long>> fired = fired(prometheus, began, ended, badSince);
                System.out.println("alerts: " + fired);
                Files.writeString(PAGE, page(alerts(shipped), fired));
                for (AlertScenario scenario : AlertScenario.OF_THE_LAB) {
                    Set<String> seen = new TreeSet<>(
                            fired.getOrDefault(scenario.service(), Map.of()).keySet());
                    assertThat(seen).describedAs(scenario.name()).containsAll(scenario.expected());
                    seen.removeAll(scenario.expected());
                    assertThat(scenario.allowed()).describedAs(scenario.name()).containsAll(seen);
                }
                assertThat(fired).doesNotContainKey(ONE_BAD);
                assertThat(prometheus.range(
                                "max(forbear_breaker_not_closed{retry_service='" + ONE_BAD + "'}) > 0", began, ended))
                        .describedAs("the breaker of the bad instance did open")
                        .isNotEmpty();
                changes(prometheus, began, ended, badSince);
            }
        } finally {
            labs.forEach(LabProcess::close);
        }
    }

    /** Makes one of the instances bad after a while in which all were well, and returns since when. */
    private static long oneInstanceIsBad(ManyInstances instances) throws InterruptedException {
        TimeUnit.SECONDS.sleep(AlertScenario.WARM);
        instances.makeOneBad();
        return System.currentTimeMillis() / 1000;
    }

    private LabProcess lab(AlertScenario scenario, int port) throws IOException {
        Path own = Files.createDirectory(folder.resolve(scenario.service()));
        Path file = Files.writeString(own.resolve("scenario.yaml"), scenario.file());
        return new LabProcess(
                own,
                Map.of(),
                "--serve",
                Integer.toString(port),
                "--policies",
                scenario.policy(),
                "--fleet",
                "4x15",
                "--scenario",
                file.toString());
    }

    /** Returns by service and alert how many seconds after the fault began the alert fired first. */
    private static Map<String, Map<String, Long>> fired(PrometheusServer prometheus, long from, long to, long badSince)
            throws Exception {
        Map<String, Map<String, Long>> fired = new TreeMap<>();
        Map<String, Long> faults = faults(prometheus, from, to);
        faults.put(ONE_BAD, badSince);
        for (JsonNode series : prometheus.range("ALERTS{alertstate='firing'}", from, to)) {
            JsonNode labels = series.path("metric");
            String service = labels.path("retry_service").asText();
            long first = series.path("values").get(0).get(0).asLong();
            fired.computeIfAbsent(service, unknown -> new TreeMap<>())
                    .merge(labels.path("alertname").asText(), first - faults.get(service), Math::min);
        }
        return fired;
    }

    /** Returns when the fault began in each scenario of the lab, which serves the phase that it is in. */
    private static Map<String, Long> faults(PrometheusServer prometheus, long from, long to) throws Exception {
        Map<String, Long> faults = new HashMap<>();
        for (JsonNode series : prometheus.range("forbear_lab_phase{phase='judged'} == 1", from, to)) {
            String scenario = series.path("metric").path("job").asText().replaceFirst("-one$", "");
            faults.put(scenario, series.path("values").get(0).get(0).asLong());
        }
        assertThat(faults).hasSize(AlertScenario.OF_THE_LAB.size());
        return faults;
    }

    /** Each panel says something else in a storm than in the health before it. */
    private static void changes(PrometheusServer prometheus, long from, long to, long badSince) throws Exception {
        Map<String, Long> faults = faults(prometheus, from, to);
        faults.remove("healthy");
        faults.put(ONE_BAD, badSince);
        Set<String> still = new TreeSet<>();
        for (JsonNode panel : ShippedQueries.panels()) {
            boolean changed = false;
            for (JsonNode target : panel.path("targets")) {
                JsonNode answer = prometheus.range(ShippedQueries.filled(target, "4s"), from, to);
                for (JsonNode series : answer) {
                    Long fault = faults.get(
                            series.path("metric").path("retry_service").asText());
                    changed |= fault != null && differs(series, fault);
                }
            }
            if (!changed) {
                still.add(panel.path("title").asText());
            }
        }
        assertThat(still)
                .describedAs("panels that the storms leave as they were")
                .isEmpty();
    }

    /** Tells whether a series has a value after the fault began that is not near the last before it. */
    private static boolean differs(JsonNode series, long fault) {
        double before = Double.NaN;
        for (JsonNode point : series.path("values")) {
            double value = point.get(1).asDouble();
            if (point.get(0).asLong() < fault) {
                before = value;
            } else if (Double.isNaN(before) || Math.abs(value - before) > 0.2 * Math.abs(before) + 1e-9) {
                return true;
            }
        }
        return false;
    }

    private static String page(List<String> alerts, Map<String, Map<String, Long>> fired) throws IOException {
        StringBuilder table = new StringBuilder();
        table.append("| scenario | what happens |");
        alerts.forEach(
                alert -> table.append(' ').append(alert.replace("Forbear", "")).append(" |"));
        table.append("\n|---|---|").append("---|".repeat(alerts.size())).append('\n');
        for (AlertScenario scenario : AlertScenario.OF_THE_LAB) {
            row(table, scenario.name(), scenario.title(), alerts, fired.getOrDefault(scenario.service(), Map.of()));
        }
        String title = "one of %d processes finds nobody at the address of the service".formatted(ManyInstances.COUNT);
        row(table, "one bad instance", title, alerts, fired.getOrDefault(ONE_BAD, Map.of()));
        String page = Files.readString(PAGE);
        int begin = page.indexOf("| scenario |");
        int end = page.indexOf("\n\n", begin);
        return page.substring(0, begin) + table.toString().strip() + page.substring(end);
    }

    private static void row(
            StringBuilder table, String name, String title, List<String> alerts, Map<String, Long> fired) {
        table.append("| ").append(name).append(" | ").append(title).append(" |");
        for (String alert : alerts) {
            Long after = fired.get(alert);
            table.append(after == null ? "  |" : " " + after + " |");
        }
        table.append('\n');
    }
}
