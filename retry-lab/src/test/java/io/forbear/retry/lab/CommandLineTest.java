package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = RetryLab.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            storm --duration 5x      | --duration: 5x (expected: 6s to 10m, such as 17s or 9500ms)
            storm --duration 5s      | --duration: 5s (expected: 6s to 10m, such as 17s or 9500ms)
            storm --duration 11m     | --duration: 11m (expected: 6s to 10m, such as 17s or 9500ms)
            storm --duration         | --duration: no value (expected: TIME)
            storm --load 19          | --load: 19 (expected: 20 to 400 calls per second)
            storm --load 401         | --load: 401 (expected: 20 to 400 calls per second)
            storm --load much        | --load: much (expected: 20 to 400 calls per second)
            storm --seed x           | --seed: x (expected: a whole number)
            storm --policies none,   | --policies: none, (expected: a list of none, naive, backoff, jitter, budget, \
            default, with commas between)
            storm --runs 0           | --runs: 0 (expected: 1 to 100)
            storm --peers none       | --peers: none (expected: all, or a list of resilience4j, failsafe, spring, aws, \
            gax, with commas between)
            storm --peers aws,       | --peers: aws, (expected: all, or a list of resilience4j, failsafe, spring, aws, \
            gax, with commas between)
            storm --policy no.such   | --policy: no.such (expected: a properties file that can be read)
            storm --serve high       | --serve: high (expected: a port, 0 to 65535; 0 takes a free one)
            storm --serve 65536      | --serve: 65536 (expected: a port, 0 to 65535; 0 takes a free one)
            storm --serve -1         | --serve: -1 (expected: a port, 0 to 65535; 0 takes a free one)
            storm --processes 0      | --processes: 0 (expected: 1 to 64)
            storm --processes 2 --serve 0 | --serve: 0 (expected: not with --processes, whose clients are elsewhere)
            storm --processes 5      | --processes: 5 (expected: one client in each at least, of 4; --scenario with \
            --fleet, such as 20x2, has more)
            storm --scenario dip --fleet 10x2 --processes 20 | --processes: 20 (expected: one client in each at least, \
            of 10; --scenario with --fleet, such as 20x2, has more)
            storm --scenario all     | --scenario: all (expected: one scenario)
            storm --scenario dip --load 50 | --load: 50 (expected: not with --scenario, whose file says it)
            storm --scenario dip --duration 9s | --duration: 9s (expected: not with --scenario, whose file says it)
            storm --scenario dip --svg x.svg | --svg: x.svg (expected: not with --scenario)
            storm --scenario dip --utilisation 0.5,0.7 | --utilisation: 0.5,0.7 (expected: one share)
            storm --scenario dip --fleet 20y50 | --fleet: 20y50 (expected: CLIENTSxRATE such as 20x50, with 20 to \
            1000000 calls per second of 1 to 1000000 clients together)
            storm --scenario dip --fleet 3000x0.1 | --fleet: 3000x0.1 (expected: over real HTTP at most 1000 calls per \
            second of at most 2000 clients together)
            storm --fleet 4x25       | --fleet: 4x25 (expected: together with --scenario)
            storm --utilisation 0.5  | --utilisation: 0.5 (expected: together with --scenario)
            storm --fleet-budget     | --fleet-budget: given (expected: together with --processes)
            agreement --at-a-time 0  | --at-a-time: 0 (expected: 1 to 64)
            storm --json .           | --json: . (expected: a file that can be written)
            storm --rain             | option: --rain (expected: --duration, --load, --scenario, --fleet, \
            --utilisation, --seed, --policies, --peers, --policy, --runs, --processes, --fleet-budget, --out, --serve, \
            --json, --help, --version)
            storm cloud              | argument: cloud (expected: --duration, --load, --scenario, --fleet, \
            --utilisation, --seed, --policies, --peers, --policy, --runs, --processes, --fleet-budget, --out, --serve, \
            --json, --help, --version)
            rain                     | command: rain (expected: storm, simulate, plan, sweep, compare, fleet, \
            config, export, --help, --version)
            fleet                    | SERVICE: no value (expected: the name under which processes share the budget)
            fleet users --store x    | --store: no URI of a store (expected: such as redis://127.0.0.1:6379)
            fleet users --watch 0    | --watch: 0 (expected: 1 to 3600 seconds)
            fleet users --processes 1001 | --processes: 1001 (expected: 0 to 1000)
            draw no.such             | JSON: no.such (expected: a file that storm --json wrote)
            """)
    void aWrongCommandLineGetsOneLineAndCodeTwo(String args, String message) {
        int code = run(args.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("retry-lab: " + message + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aPortInUseIsToldInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int code = run("storm", "--serve", Integer.toString(taken.getLocalPort()));

            assertThat(code).isEqualTo(2);
            assertThat(err.toString())
                    .isEqualTo("retry-lab: --serve: " + taken.getLocalPort() + " (expected: a port that is free)"
                            + System.lineSeparator());
        }
    }

    @Test
    void everythingWrongInAScenarioFileIsToldInOneLineByStormAndSimulateAlike(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "name: mine\nqueue: long\nlayers: 9\n");
        String message =
                "retry-lab: --scenario: mine.yaml:1: judge: not there (expected: from, to and end of the judged "
                        + "time); mine.yaml:2: queue: long (expected: a time such as 200ms, 2s or 1m, from 0s to 1m); "
                        + "mine.yaml:3: layers: 9 (expected: a whole number, 0 to 3)" + System.lineSeparator();

        assertThat(run("storm", "--scenario", file.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo(message);
        err.getBuffer().setLength(0);
        assertThat(run("simulate", "--scenario", file.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo(message);
    }

    @Test
    void aCommandIsExpected() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void everythingWrongInAPolicyFileIsToldInOneLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.properties"), "max-attempts=many\nmultiplier=-1\n");

        int code = run("storm", "--policy", file.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString())
                .contains("max-attempts")
                .contains("multiplier")
                .contains("2 settings are wrong: ")
                .doesNotContain(":;");
    }

    @Test
    void aPolicyFileForAnotherServiceIsRefused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.properties"), "service.orders.max-attempts=5\n");

        int code = run("storm", "--policy", file.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("retry-lab: --policy: " + file + ": no key applies to storm (expected: keys for all"
                        + " services, such as max-attempts, or for this one, such as service.storm.max-attempts)"
                        + System.lineSeparator());
    }

    @Test
    void whereTheFiguresCannotGoIsToldBeforeTheRun(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path below = file.resolve("storm.json");

        assertThat(run("storm", "--json", below.toString())).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("retry-lab: --json: " + file + " (expected: a directory that can be made)"
                        + System.lineSeparator());
    }

    @Test
    void whatIsNoResultOfAStormIsNotDrawn(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "policy  calls\n");
        Path other = Files.writeString(folder.resolve("other.json"), "{}");

        assertThat(run("draw", text.toString())).isEqualTo(2);
        assertThat(run("draw", other.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "retry-lab: JSON: " + text + " (expected: a file that storm --json wrote)",
                        "retry-lab: JSON: " + other + " (expected: a file that storm --json wrote)");
    }

    @Test
    void helpAndVersionAreAnswered() {
        assertThat(run("storm", "--help")).isZero();
        assertThat(run("--version")).isZero();
        assertThat(out.toString())
                .contains("--duration")
                .contains("--policy=FILE")
                .contains("retry-lab ");
    }

    @Test
    void peersAndTheUsersPolicyRunBeforeTheDefault(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.properties"), "max-attempts=2\n");

        assertThat(StormOptions.policies("default,none", null, file))
                .extracting("name")
                .containsExactly("none", "own", "default");
        assertThat(StormOptions.policies("none", null, file)).extracting("name").containsExactly("none", "own");
        assertThat(StormOptions.policies("none,default", "gax, aws", file))
                .extracting("name")
                .containsExactly("none", "gax", "aws", "own", "default");
        assertThat(StormOptions.policies(null, "all", null))
                .extracting("name")
                .endsWith("budget", "resilience4j", "failsafe", "spring", "aws", "gax", "default");
    }

    @Test
    void everyPolicyTellsItsSettings() {
        assertThat(StormOptions.policies(null, "all", null))
                .allSatisfy(policy -> assertThat(policy.settings()).containsKey("attempts"));
    }
}
