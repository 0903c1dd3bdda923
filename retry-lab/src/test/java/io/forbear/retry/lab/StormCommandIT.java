package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.testsupport.RedisProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One scenario file in both commands, and clients in processes of their own. Asserted are counts and shapes. */
class StormCommandIT {

    private static final String FILE = """
            name: short
            title: each request fails
            timeout: 1m
            clients: 4
            calls-per-client: 10
            judge: {from: 500ms, to: 1500ms, end: 4.5s}
            faults:
              - {kind: errors, from: 0s, to: 1m}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void run(String... args) {
        CommandLine line = RetryLab.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        assertThat(line.execute(args)).as(err.toString()).isZero();
    }

    private JsonNode storm(Path folder, Path file, String... more) throws IOException {
        Path json = folder.resolve("storm.json");
        String[] args = {
            "storm",
            "--scenario",
            file.toString(),
            "--policies",
            "none,default",
            "--seed",
            "5",
            "--out",
            folder.toString()
        };
        String[] all = Stream.of(args, more).flatMap(Arrays::stream).toArray(String[]::new);
        run(all);
        return new ObjectMapper().readTree(json.toFile());
    }

    @Test
    void aFileIsForBothCommandsAndTheirFiguresHaveTheSameNames(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("short.yaml"), FILE);
        Path simulated = folder.resolve("simulated.json");
        run(
                "simulate",
                "--scenario",
                file.toString(),
                "--policies",
                "none",
                "--seed",
                "5",
                "--json",
                simulated.toString());
        JsonNode expected = new ObjectMapper().readTree(simulated.toFile()).at("/fleets/0/scenarios/0/policies/none");

        JsonNode here = storm(folder, file);
        JsonNode none = here.at("/policies/0");

        assertThat(here.at("/scenario/title").asText()).isEqualTo("each request fails");
        assertThat(out.toString()).contains("short: each request fails", "judged");
        assertThat(expected.at("/amplification/mean").asDouble()).isOne();
        assertThat(none.at("/judged/amplification").isNumber()).isTrue();
        assertThat(none.at("/attempts").asLong())
                .as("over all of the time: at its ends an attempt may be made in another second than its call is due")
                .isEqualTo(none.at("/calls").asLong());
        assertThat(none.at("/judged/success").asDouble())
                .as("nobody succeeds while every request fails")
                .isEqualTo(expected.at("/success/mean").asDouble())
                .isZero();
        assertThat(none.at("/judged/successAfter").isNumber()).isTrue();
        assertThat(folder.resolve("storm.html")).content().contains("each request fails");

        JsonNode apart = storm(folder, file, "--processes", "2");

        for (int policy = 0; policy < 2; policy++) {
            assertThat(apart.at("/policies/" + policy + "/calls").asLong())
                    .as("the calls of both processes are those of one")
                    .isEqualTo(here.at("/policies/" + policy + "/calls").asLong())
                    .isPositive();
        }
        assertThat(apart.at("/policies/0/attempts").asLong())
                .as("without retries each call is one attempt")
                .isEqualTo(apart.at("/policies/0/calls").asLong());
        assertThat(apart.at("/policies/0/judged/success").asDouble()).isZero();
        assertThat(apart.at("/policies/1/series/openBreakers")).isNotEmpty();
        assertThat(apart.at("/policies/1/budgetDenied").asLong())
                .as("two tokens of each client are soon spent")
                .isPositive();
    }

    /**
     * Calls end after two seconds, and what is left is room for retries on a slow machine. Each client has two tokens
     * of its own at least; all together have 20 in the pot, one more each second, and as much again where the store is
     * late.
     */
    @Test
    void budgetsOfManyClientsAddUpAndThatOfTheFleetDoesNot(@TempDir Path folder) throws Exception {
        assumeTrue(
                !RedisProcess.find("redis-server", "valkey-server").isEmpty(),
                "SKIPPED: neither redis-server nor valkey-server is on the path");
        Path file = Files.writeString(folder.resolve("fails.yaml"), """
                name: fails
                title: each request fails
                timeout: 1m
                judge: {from: 500ms, to: 2s, end: 6s}
                faults:
                  - {kind: errors, from: 0s, to: 1m}
                  - {kind: demand, from: 2s, to: 1m, value: 0.0001}
                """);
        long start = System.nanoTime();
        run(
                "storm",
                "--scenario",
                file.toString(),
                "--fleet",
                "200x0.5",
                "--processes",
                "4",
                "--fleet-budget",
                "--policies",
                "none",
                "--out",
                folder.toString());
        double seconds = (System.nanoTime() - start) / 1e9;
        JsonNode policies = new ObjectMapper()
                .readTree(folder.resolve("storm.json").toFile())
                .at("/policies");

        assertThat(retries(policies, "none")).isZero();
        assertThat(policies.findValuesAsText("name")).containsExactly("none", "floors", "fleet");
        assertThat(policies.findValuesAsText("calls"))
                .as("the same calls")
                .allMatch(policies.get(0).at("/calls").asText()::equals);
        assertThat((double) retries(policies, "fleet")).isPositive().isLessThan(2 * (20 + seconds));
        assertThat(retries(policies, "floors"))
                .as("two of each client that called, and not those of one pot")
                .isGreaterThan(retries(policies, "fleet"))
                .isLessThanOrEqualTo(2 * policies.get(0).at("/calls").asLong());
    }

    private static long retries(JsonNode policies, String name) {
        for (JsonNode policy : policies) {
            if (policy.at("/name").asText().equals(name)) {
                return policy.at("/attempts").asLong() - policy.at("/calls").asLong();
            }
        }
        throw new AssertionError("policy " + name + ": missing");
    }

    @Test
    void theStormsOwnFiguresDoNotNameAScenario(@TempDir Path folder) throws Exception {
        run("storm", "--duration", "6s", "--policies", "none", "--processes", "1", "--out", folder.toString());

        JsonNode figures =
                new ObjectMapper().readTree(folder.resolve("storm.json").toFile());
        assertThat(figures.at("/policies/0").has("judged")).isFalse();
        assertThat(figures.at("/scenario").has("title")).isFalse();
        assertThat(figures.at("/policies/0/calls").asLong()).isEqualTo(600);
        assertThat(figures.at("/policies/0/attempts").asLong()).isEqualTo(600);
    }
}
