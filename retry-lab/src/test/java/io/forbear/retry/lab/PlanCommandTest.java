package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.core.sla.Latency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {

    private static LabRun plan(String target, String deadline, String errorRate, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "plan",
                "--target",
                target,
                "--deadline",
                deadline,
                "--error-rate",
                errorRate,
                "--latency",
                "p50=20ms,p99=60ms",
                "--seeds",
                "1"));
        args.addAll(List.of(more));
        return LabRun.of(args.toArray(String[]::new));
    }

    @Test
    void aPlanIsTriedAndToldInEachForm(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("made/plan.json");
        LabRun run = plan(
                "99.9%",
                "1s",
                "2%",
                "--fleet",
                "4x25",
                "--service",
                "order-service",
                "--out",
                folder.toString(),
                "--json",
                json.toString(),
                "--fail-on-miss");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("Promise: 99.9 % of the calls to order-service succeed within 1 s")
                .contains("2 attempts, first wait up to 100 ms")
                .contains(
                        "The target of 99.9 % is reached in ordinary time. After an outage calls succeed again after ")
                .contains("max-attempts=2", "public final class OrderServiceRetry", "\"maxAttempts\": 2")
                .contains("AWS_MAX_ATTEMPTS=2");
        assertThat(folder.resolve("OrderServiceRetry.java")).content().contains("Retries.named(\"order-service\")");
        assertThat(folder.resolve("plan.properties")).content().contains("attempt-timeout=120ms");
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.path("reached").asBoolean()).isTrue();
        assertThat(figures.at("/simulated/the plan/ordinary/success/mean").asDouble())
                .isGreaterThanOrEqualTo(99.9);
        assertThat(figures.at("/simulated/no retries/ordinary/success/mean").asDouble())
                .isBetween(97.0, 99.0);
        assertThat(figures.at("/simulated/the plan/outage/backSeconds").has("mean"))
                .isTrue();
        assertThat(figures.at("/policy/max-attempts").asText()).isEqualTo("2");

        LabRun tried = LabRun.of(
                "simulate",
                "--policy",
                folder.resolve("plan.properties").toString(),
                "--scenario",
                "silent",
                "--fleet",
                "4x10",
                "--policies",
                "none");
        assertThat(tried.code()).as("other commands read what it wrote").isZero();
    }

    @Test
    void theSameSeedsGiveTheSameFiguresWithAnyNumberOfThreads() {
        LabRun once = plan("99%", "1s", "2%", "--fleet", "4x10", "--threads", "1");

        assertThat(plan("99%", "1s", "2%", "--fleet", "4x10", "--threads", "2").out())
                .isEqualTo(once.out());
        assertThat(plan("99%", "1s", "2%", "--fleet", "4x10", "--seed", "2").out())
                .isNotEqualTo(once.out());
    }

    @Test
    void aTargetOutOfReachIsToldWithWhatWouldReachIt() {
        LabRun run = plan("99.9%", "100ms", "5%", "--fleet", "4x10");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("The target of 99.9 % is out of reach: ", " points less.")
                .contains("Any one of these would reach it:")
                .containsPattern("- a deadline of \\d+ ms instead of 100 ms \\(3 attempts\\)")
                .containsPattern("- at most [\\d.]+ % of failing attempts instead of 5 %")
                .containsPattern("- a dependency that is [\\d.]+ times as fast");
        assertThat(plan("99.9%", "100ms", "5%", "--fleet", "4x10", "--fail-on-miss")
                        .code())
                .isEqualTo(1);
    }

    @Test
    void aTargetThatOnlyTheArithmeticKeepsIsToldWithWhatOtherSettingsDo() {
        LabRun run = plan("96%", "3s", "30%", "--fleet", "1000x0.1", "--fail-on-miss");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("is missed in the simulation by ", "budget or breaker refuse retries")
                .contains("circuit-breaker=off retry-budget=none ")
                .containsPattern("retry-budget=.* would reach it; recovery from the outage with it: (after|never)");
    }

    @Test
    void measuredTimesGiveTheLatency() {
        assertThat(PlanOptions.latency("10ms, 30ms,20ms"))
                .isEqualTo(new Latency(Duration.ofMillis(20), Duration.ofMillis(30)));
        assertThat(PlanOptions.latency("p50=500us,p99=1.5ms"))
                .isEqualTo(new Latency(Duration.ofNanos(500_000), Duration.ofNanos(1_500_000)));
        assertThat(PlanOptions.deadline("1m")).isEqualTo(Duration.ofMinutes(1));
        assertThat(PlanOptions.target("99.95 %")).isEqualTo(0.9995);
        assertThat(PlanOptions.target("0.9995")).isEqualTo(0.9995);
        assertThat(PlanOptions.errorRate("0")).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --target 100%            | --target: 100% (expected: a share of the calls above 0
            --target 99.95           | --target: 99.95 (expected: a share of the calls above 0
            --deadline 11m           | --deadline: 11m (expected: a time of whole milliseconds up to 10m
            --deadline 0ms           | --deadline: 0ms (expected: a time of whole milliseconds up to 10m
            --deadline 0.5ms         | --deadline: 0.5ms (expected: a time of whole milliseconds up to 10m
            --latency p50=2s,p99=1s  | --latency: p50=2s,p99=1s (expected: p50=40ms,p99=300ms, p99 not below
            --latency p50=2s         | --latency: p50=2s (expected: p50=40ms,p99=300ms, p99 not below
            --latency 1ms,,2ms       | --latency: 1ms,,2ms (expected: p50=40ms,p99=300ms, p99 not below
            --error-rate 100%        | --error-rate: 100% (expected: a share of the attempts below 99%, such as 1%)
            --error-rate 1           | --error-rate: 1 (expected: a share of the attempts below 99%, such as 1%)
            --criticality high       | --criticality: high (expected: one of critical, normal, sheddable)
            --fleet 4                | --fleet: 4 (expected: CLIENTSxRATE such as 20x50
            --utilisation 2          | --utilisation: 2 (expected: shares from 0.01 to 1
            --utilisation 0.5,0.7    | --utilisation: 0.5,0.7 (expected: one share from 0.01 to 1)
            --service 1st            | --service: 1st (expected: a letter, then up to 59 letters
            --seeds 21               | --seeds: 21 (expected: a whole number, 1 to 20)
            --json .                 | --json: . (expected: a file that can be written)
            """)
    void aWrongCommandLineGetsOneLineAndCodeTwo(String args, String message) {
        List<String> all = new ArrayList<>(List.of("plan"));
        String[] wrong = args.split(" ");
        String[][] right = {
            {"--target", "99%"}, {"--deadline", "1s"}, {"--latency", "p50=2ms,p99=9ms"}, {"--error-rate", "1%"}
        };
        for (String[] option : right) {
            if (!option[0].equals(wrong[0])) {
                all.addAll(List.of(option));
            }
        }
        all.addAll(List.of(wrong));
        LabRun run = LabRun.of(all.toArray(String[]::new));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("retry-lab: " + message);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }
}
