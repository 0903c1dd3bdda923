package io.forbear.retry.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.lab.peers.Peer;
import io.forbear.retry.lab.peers.Peers;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The tables of {@code docs/guide/defaults.md} are those of a run, which takes some minutes: {@code
 * -Dtest=DefaultsPageTest -Dforbear.writePages=true}; with {@code -Dforbear.scenarios=cold-errors,cold-slow} these rows
 * alone. Every other run compares what can be compared at once.
 */
class DefaultsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "guide", "defaults.md");
    private static final String FROM = "<!-- tables: begin -->\n";
    private static final String TO = "<!-- tables: end -->";
    private static final String[] FLEETS = {"4x25", "20x50", "200x5", "1000x0.5"};
    private static final int SEEDS = 2;

    /** Of which scenarios rows are written; empty for all. */
    private static final Set<String> SCENARIOS = Arrays.stream(
                    System.getProperty("forbear.scenarios", "").split(","))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());

    private static Map<String, Control.Maker> policies() {
        Map<String, Control.Maker> all = new LinkedHashMap<>();
        all.put("no retries", FleetTest.NONE);
        all.put("**default**", FleetTest.DEFAULT);
        all.put("3 attempts", FleetTest.RETRIES);
        for (Peer peer : Peers.all()) {
            all.put(peer.title(), peer.maker());
        }
        return all;
    }

    private static String tables(double utilisation, Map<String, Control.Maker> policies)
            throws InterruptedException, ExecutionException {
        StringBuilder text = new StringBuilder();
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            for (String fleet : FLEETS) {
                text.append(table(FleetTest.fleet(fleet + "@" + utilisation), policies, threads));
            }
        } finally {
            threads.shutdownNow();
        }
        return text.toString();
    }

    private static String table(FleetShape fleet, Map<String, Control.Maker> policies, ExecutorService threads)
            throws InterruptedException, ExecutionException {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n### %d processes with %s calls/s each, service used to %.0f %%%n%n| scenario | %s |%n|---|%s%n",
                fleet.clients(),
                fleet.callsPerClient(),
                100 * fleet.utilisation(),
                String.join(" | ", policies.keySet()),
                "--:|".repeat(policies.size())));
        for (Scenario scenario : Presets.all(fleet)) {
            if (!SCENARIOS.isEmpty() && !SCENARIOS.contains(scenario.name())) {
                continue;
            }
            List<Future<Mean>> means = new ArrayList<>();
            for (Map.Entry<String, Control.Maker> policy : policies.entrySet()) {
                means.add(threads.submit(() -> isEndless(policy.getKey(), scenario)
                        ? Mean.UNKNOWN
                        : Mean.of(scenario, policy.getValue(), SEEDS)));
            }
            System.out.println(scenario.name());
            text.append("| `").append(scenario.name()).append("` |");
            for (Future<Mean> mean : means) {
                text.append(' ')
                        .append(cell(mean.get(), isRecoveryShown(scenario)))
                        .append(" |");
            }
            text.append('\n');
        }
        return text.toString().replace("\r\n", "\n");
    }

    /** Three layers without a limit of attempts make more requests than can be simulated. */
    private static boolean isEndless(String policy, Scenario scenario) {
        return scenario.layers() > 0 && policy.startsWith("gax");
    }

    /** A run that ends soon after the bad time shows no recovery. */
    private static boolean isRecoveryShown(Scenario scenario) {
        return scenario.endNanos() - scenario.badToNanos() > 4_000_000_000L;
    }

    private static String cell(Mean mean, boolean isRecoveryShown) {
        if (mean.equals(Mean.UNKNOWN)) {
            return "-";
        }
        return String.format(Locale.ROOT, "%.1f %% · %s · × %.2f", mean.success(), mean.back(), mean.amplification());
    }

    @Test
    @EnabledIfSystemProperty(named = "forbear.writePages", matches = "true")
    void writesTheTables() throws IOException, InterruptedException, ExecutionException {
        Map<String, Control.Maker> ours = new LinkedHashMap<>(policies());
        ours.keySet().retainAll(List.of("no retries", "**default**"));
        String tables = tables(0.7, policies()) + tables(0.5, ours) + tables(0.8, ours);

        String page = Files.readString(PAGE);
        int from = page.indexOf(FROM) + FROM.length();
        int to = page.indexOf(TO);
        String written = SCENARIOS.isEmpty() ? tables + "\n" : withRows(page.substring(from, to), tables);
        Files.writeString(PAGE, page.substring(0, from) + written + page.substring(to));
    }

    /** Puts rows in the place of those of the same scenario below the same heading. */
    private static String withRows(String old, String rows) {
        Map<String, String> byPlace = new HashMap<>();
        String heading = "";
        for (String line : rows.split("\n")) {
            heading = line.startsWith("###") ? line : heading;
            byPlace.put(place(heading, line), line);
        }
        StringBuilder text = new StringBuilder();
        for (String line : old.split("\n")) {
            heading = line.startsWith("###") ? line : heading;
            text.append(line.startsWith("| `") ? byPlace.getOrDefault(place(heading, line), line) : line)
                    .append('\n');
        }
        return text.toString();
    }

    private static String place(String heading, String line) {
        return heading + line.substring(0, Math.max(0, line.indexOf('|', 1)));
    }

    @Test
    void everyScenarioAndEveryPeerIsOnThePage() throws IOException {
        String page = Files.readString(PAGE);

        for (Scenario scenario : Presets.all(FleetTest.fleet("4x25@0.7"))) {
            assertThat(page).contains("| `" + scenario.name() + "` | " + scenario.title() + " |");
        }
        assertThat(page).contains(policies().keySet());
    }

    @Test
    void theSettingsOnThePageAreTheDefaults() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("| backoff | `" + RetryPolicy.defaults().backoff() + "` |")
                .contains("| earned by a success | " + EarnedSpec.DEFAULT_RATIO + " tokens |")
                .contains("| earned by a failed call | " + EarnedSpec.DEFAULT_PER_FAILED_CALL + " tokens |")
                .contains("| burst | " + EarnedSpec.DEFAULT_BURST + " tokens |")
                .contains("| given back by a retry that rescues its call | " + EarnedSpec.DEFAULT_RESCUE_CREDIT + " |")
                .contains("| taken by a time-out | half, at least " + EarnedSpec.DEFAULT_TIMEOUT_COST + " tokens |")
                .contains("| window | " + EarnedSpec.DEFAULT_WINDOW_SECONDS + " s |")
                .contains("| breaker | `" + CircuitBreakers.standard() + "` |");
    }
}
