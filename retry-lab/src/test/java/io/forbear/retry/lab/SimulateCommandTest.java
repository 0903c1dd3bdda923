package io.forbear.retry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.compare.FleetScenarios;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {

    private static final String MINE = "name: mine\njudge: {from: 10s, to: 20s, end: 30s}\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = RetryLab.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    /** All but the line that tells how long it took. */
    private String figures(String... args) {
        out.getBuffer().setLength(0);
        assertThat(run(args)).isZero();
        String text = out.toString();
        assertThat(text.lines().reduce((before, last) -> last).orElse(""))
                .matches("[\\d,]+ attempts simulated in [\\d.]+ s; [\\d,]+ attempts/s of one core");
        return text.lines()
                .filter(line -> !line.contains(" attempts simulated in "))
                .toList()
                .toString();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --fleet 20y50        | --fleet: 20y50 (expected: CLIENTSxRATE such as 20x50, with 20 to 1000000 calls per \
            second of 1 to 1000000 clients together)
            --fleet 0x50         | --fleet: 0x50 (expected: CLIENTSxRATE such as 20x50, with 20 to 1000000 calls per \
            second of 1 to 1000000 clients together)
            --fleet 4x1          | --fleet: 4x1 (expected: CLIENTSxRATE such as 20x50, with 20 to 1000000 calls per \
            second of 1 to 1000000 clients together)
            --fleet 1000001x0.1  | --fleet: 1000001x0.1 (expected: CLIENTSxRATE such as 20x50, with 20 to 1000000 \
            calls per second of 1 to 1000000 clients together)
            --utilisation 0.5,x  | --utilisation: 0.5,x (expected: shares from 0.01 to 1 with commas between, such as \
            0.5,0.7)
            --utilisation 1.1    | --utilisation: 1.1 (expected: shares from 0.01 to 1 with commas between, such as \
            0.5,0.7)
            --policies none,     | --policies: none, (expected: a list of none, retries, budget, default, with commas \
            between)
            --peers aws,gaxx     | --peers: gaxx (expected: one of resilience4j, failsafe, spring, aws, gax, or all)
            --policy no.such     | --policy: no.such (expected: a properties file that can be read)
            --seeds 0            | --seeds: 0 (expected: a whole number, 1 to 1000)
            --seeds many         | --seeds: many (expected: a whole number, 1 to 1000)
            --seed x             | --seed: x (expected: a whole number)
            --threads 257        | --threads: 257 (expected: a whole number, 1 to 256)
            --json .             | --json: . (expected: a file that can be written)
            --fleet              | --fleet: no value (expected: CLIENTSxRATE)
            --rain               | option: --rain (expected: --scenario, --fleet, --utilisation, --policies, --peers, \
            --policy, --seeds, --seed, --json, --threads, --help, --version)
            """)
    void aWrongCommandLineGetsOneLineAndCodeTwo(String args, String message) {
        int code = run(("simulate " + args).split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("retry-lab: " + message + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aScenarioThatIsNeitherANameNorAFileIsTold() {
        assertThat(run("simulate", "--scenario", "rain")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("retry-lab: --scenario: rain (expected: a scenario file that can be read, or one of all, ")
                .contains(", steps, ")
                .endsWith(", outage-10s)" + System.lineSeparator());
    }

    @Test
    void anExperimentIsTriedWithItsOwnPolicies() {
        assertThat(run("simulate", "--scenario", "contention")).isZero();
        assertThat(out.toString())
                .contains("no-backoff", "exponential", "equal", "full", "decorrelated")
                .doesNotContain("default");
    }

    @Test
    void policiesOfAScenarioAreCheckedAsThoseOfAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.yaml"), MINE + "policies: {two: {max-attempts: none}}\n");

        assertThat(run("simulate", "--scenario", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--scenario: ", "policies.two: ", "max-attempts", "none");
    }

    @Test
    void twoScenariosMayNotGiveOneNameToTwoPolicies(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.yaml"), MINE + "policies: {full: {max-attempts: 2}}\n");

        assertThat(run("simulate", "--scenario", "contention", "--scenario", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("policies.full (expected: the settings of the other scenario)");
    }

    @Test
    void everythingWrongInAScenarioFileIsToldInOneLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.yaml"), MINE + "queue: long\nlayers: 9\n");

        assertThat(run("simulate", "--scenario", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString())
                .startsWith("retry-lab: --scenario: mine.yaml:3: queue: long (expected: a time such as")
                .contains("; mine.yaml:4: layers: 9 (expected: a whole number, 0 to 3)");
    }

    @Test
    void aPolicyOfWhichNoKeyAppliesIsTold(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.properties"), "service.orders.max-attempts=2\n");

        assertThat(run("simulate", "--policy", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("mine.properties: no key applies to storm (expected: ");
    }

    @Test
    void figuresAreTheSameEachTimeAndWithAnyNumberOfThreads(@TempDir Path folder) throws Exception {
        Path policy = Files.writeString(folder.resolve("mine.properties"), "max-attempts=2\n");
        Path first = folder.resolve("made/first.json");
        Path second = folder.resolve("second.json");
        String[] common = {
            "simulate",
            "--scenario",
            "silent",
            "--scenario",
            "throttle",
            "--fleet",
            "4x10",
            "--fleet",
            "100x0.5",
            "--utilisation",
            "0.5,0.7",
            "--peers",
            "all",
            "--policy",
            policy.toString()
        };
        String once = figures(with(common, "--threads", "1"));

        assertThat(once).contains("Fleet 4x10: 4 clients, 10 calls/s each, 50 % of the service", "own", "gax");
        assertThat(figures(with(common, "--threads", "1"))).isEqualTo(once);
        assertThat(figures(with(common, "--threads", "2"))).isEqualTo(once);
        assertThat(figures(with(common, "--seed", "2"))).isNotEqualTo(once);

        figures(with(common, "--threads", "1", "--seeds", "2", "--json", first.toString()));
        figures(with(common, "--threads", "2", "--seeds", "2", "--json", second.toString()));
        assertThat(first).hasSameTextualContentAs(second);
    }

    private static String[] with(String[] args, String... more) {
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    @Test
    void progressIsTold() {
        figures("simulate", "--scenario", "silent", "--fleet", "4x10", "--policies", "none");

        assertThat(err.toString()).matches("\\[1/1] [\\d,]+ attempts, last: 4x10 silent, none\\R");
    }

    @Test
    void whatTheCommandLineDoesNotSayTheFileSaysOrTheLab(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("mine.yaml"), MINE + "clients: 30\ncalls-per-client: 2\nutilisation: 40%\n");
        List<String> both = List.of("outage", file.toString());

        assertThat(new ScenarioOptions(List.of(), null).fleets(both))
                .extracting(FleetScenarios::fleet)
                .containsExactly(
                        new FleetShape(4, 25, 0.7),
                        new FleetShape(20, 50, 0.7),
                        new FleetShape(200, 5, 0.7),
                        new FleetShape(1000, 0.5, 0.7),
                        new FleetShape(30, 2, 0.4));
        assertThat(new ScenarioOptions(List.of("5x5"), null).fleets(both))
                .extracting(FleetScenarios::fleet)
                .containsExactly(new FleetShape(5, 5, 0.7), new FleetShape(5, 5, 0.4));
        assertThat(new ScenarioOptions(List.of("5x5"), "0.6").fleets(both))
                .singleElement()
                .satisfies(fleet -> {
                    assertThat(fleet.fleet()).isEqualTo(new FleetShape(5, 5, 0.6));
                    assertThat(fleet.scenarios()).hasSize(2);
                });
    }

    @Test
    void withoutAScenarioAllOfTheLabAreMeant() {
        assertThat(new ScenarioOptions(List.of("5x5"), null).fleets(List.of()))
                .singleElement()
                .satisfies(fleet -> assertThat(fleet.scenarios()).hasSameSizeAs(Presets.names()));
        assertThat(new ScenarioOptions(List.of("5x5"), null).fleets(List.of("outage", "all", "outage")))
                .singleElement()
                .satisfies(fleet -> assertThat(fleet.scenarios()).hasSameSizeAs(Presets.names()));
    }

    @Test
    void twoScenariosOfOneNameAreRefused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mine.yaml"), MINE.replace("mine", "outage"));

        assertThat(run("simulate", "--scenario", "outage", "--scenario", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("name: outage (expected: a name that no other scenario has)");
    }
}
