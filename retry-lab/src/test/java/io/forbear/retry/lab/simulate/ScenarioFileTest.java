package io.forbear.retry.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioFileTest {

    private static final FleetShape FLEET = new FleetShape(10, 10, 0.5);
    private static final String HEAD = "name: mine\njudge: {from: 10s, to: 20s, end: 30s}\n";

    private static ScenarioFile read(String text) {
        return new ScenarioReader("mine.yaml").read(text);
    }

    private static Fault fault(String fault) {
        return read(HEAD + "faults:\n  - {" + fault + "}\n")
                .scenario(FLEET)
                .faults()
                .get(0);
    }

    private static String problems(String text) {
        IllegalArgumentException refused = catchThrowableOfType(IllegalArgumentException.class, () -> read(text));
        assertThat(refused).isNotNull();
        return String.valueOf(refused.getMessage());
    }

    @Test
    void aFileSaysEverythingThatAScenarioHas() {
        Scenario scenario = read("""
                        name: mine
                        title: what happens
                        timeout: 250ms
                        queue: 1.5s
                        replicas: 3
                        spread: 50%
                        tail: 0.003
                        layers: 1
                        start: 5s
                        judge:
                          from: 10s
                          to: 1m
                          end: 2m
                        faults:
                          - kind: errors
                            from: 10s
                            to: 12s
                            value: 0.5
                            replicas: 34%
                            calls: 10%
                            repeat: {every: 10s, times: 2}
                          - {kind: silent, from: 30s, to: 31s}
                        """).scenario(FLEET);

        assertThat(scenario.name()).isEqualTo("mine");
        assertThat(scenario.title()).isEqualTo("what happens");
        assertThat(scenario.clients()).isEqualTo(10);
        assertThat(scenario.callsPerSecond()).isEqualTo(100);
        assertThat(scenario.timeoutNanos()).isEqualTo(250_000_000);
        assertThat(scenario.service())
                .isEqualTo(new Scenario.ServiceShape(
                        Scenario.ServiceKind.WORKERS,
                        3,
                        200,
                        new Distribution(Distribution.Kind.MIXED, 25_000_000, 0.5),
                        0,
                        0.003,
                        1.5,
                        1.3));
        assertThat(scenario.layers()).isEqualTo(1);
        assertThat(scenario.startNanos()).isEqualTo(5_000_000_000L);
        assertThat(scenario.badFromNanos()).isEqualTo(10_000_000_000L);
        assertThat(scenario.badToNanos()).isEqualTo(60_000_000_000L);
        assertThat(scenario.endNanos()).isEqualTo(120_000_000_000L);
        assertThat(scenario.faults())
                .containsExactly(
                        new Fault(Fault.Kind.ERRORS, 10_000_000_000L, 12_000_000_000L, 0.5, 0.5, 0.34, 0.1),
                        new Fault(Fault.Kind.ERRORS, 20_000_000_000L, 22_000_000_000L, 0.5, 0.5, 0.34, 0.1),
                        new Fault(Fault.Kind.SILENT, 30_000_000_000L, 31_000_000_000L, 1, 1, 1, 1));
    }

    @Test
    void aFileMaySayHowClientsCallHowLongMessagesTakeAndWhatTheServiceIs() {
        Scenario scenario = read(HEAD + """
                load: serial
                after-failure: 100ms
                network: {mean: 10ms, distribution: normal, deviation: 2ms}
                service: unlimited
                work: {mean: 1s, distribution: lognormal, deviation: 500ms}
                each-adds: 10ms
                """).scenario(FLEET);

        assertThat(scenario.load()).isEqualTo(Scenario.Load.SERIAL);
        assertThat(scenario.afterFailureNanos()).isEqualTo(100_000_000);
        assertThat(scenario.network()).isEqualTo(new Distribution(Distribution.Kind.NORMAL, 10_000_000, 0.2));
        assertThat(scenario.service().kind()).isEqualTo(Scenario.ServiceKind.UNLIMITED);
        assertThat(scenario.service().work())
                .isEqualTo(new Distribution(Distribution.Kind.LOGNORMAL, 1_000_000_000, 0.5));
        assertThat(scenario.service().eachAddsNanos()).isEqualTo(10_000_000);
        assertThat(read(HEAD + "call-at-start: true\n").scenario(FLEET).isCallAtStart())
                .isTrue();
        assertThat(read(HEAD + "load: once\nclients: 3\n").fleet()).contains(new FleetShape(3, 1, 1));
        assertThat(read(HEAD + "work: 5ms\n").scenario(FLEET).service().work())
                .isEqualTo(Distribution.fixed(5_000_000));
    }

    @Test
    void aFileMayNamePolicies() {
        ScenarioFile file = read(HEAD + "policies:\n  two: {max-attempts: 2}\n  default: {}\n");

        assertThat(file.policies()).containsOnlyKeys("two", "default");
        assertThat(file.policies().get("two")).containsExactly(Map.entry("max-attempts", "2"));
        assertThat(read(HEAD).policies()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "load: sometimes | load: sometimes (expected: one of open, even, serial, once)",
                "after-failure: 1s | after-failure: 1s (expected: a time, with load: serial)",
                "call-at-start: yes | call-at-start: yes (expected: true or false)",
                "each-adds: 1ms | each-adds: 1ms (expected: a time, with service: unlimited)",
                "work: 0ms | work: 0ms (expected: a time above 0, or service: unlimited)",
                "work: {distribution: normal, mean: 1ms} | work.deviation: not there (expected: a time)",
                "network: {mean: 1ms, distribution: odd} | network.distribution: odd (expected: one of fixed, mixed, "
                        + "exponential, normal, lognormal)",
                "policies: {a b: {}} | policies.a b: keys and values (expected: a name of up to 40 letters, digits, "
                        + "dots and hyphens)",
                "policies: {a: [1]} | policies.a: not keys and values (expected: key: value, in lines)"
            })
    void whatASayingLacksIsTold(String line, String problem) {
        assertThatThrownBy(() -> read(HEAD + line + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aFaultMayGrowAndFadeEvenly() {
        Scenario scenario = read(HEAD + "faults: [{kind: demand, from: 0s, to: 10s, value: 1, end-value: 3}]\n")
                .scenario(FLEET);

        Fault ramp = scenario.faults().get(0);
        assertThat(ramp.valueAt(0)).isEqualTo(1);
        assertThat(ramp.valueAt(5_000_000_000L)).isEqualTo(2);
        assertThat(ramp.valueAt(10_000_000_000L)).isEqualTo(3);
    }

    @Test
    void aFileMayNameItsFleetAndItsUtilisation() {
        ScenarioFile file = read(HEAD + "clients: 20\ncalls-per-client: 2.5\nutilisation: 80%\n");

        assertThat(file.fleet()).contains(new FleetShape(20, 2.5, 1));
        assertThat(file.utilisation()).hasValue(0.8);
        assertThat(read(HEAD).fleet()).isEmpty();
        assertThat(read(HEAD).utilisation()).isEmpty();
        assertThat(read(HEAD).title()).isEqualTo("mine");
    }

    @ParameterizedTest
    @CsvSource({
        "kind: rate-limit, 50, 50",
        "kind: rate-limit, 80% of load, 80",
        "kind: rate-limit-with-hint, 0.5 of capacity, 100",
        "kind: demand, 1.8, 1.8",
        "kind: demand, 180% of load, 1.8",
        "kind: demand, 1.2 of capacity, 2.4",
        "kind: slow, 10, 10",
        "kind: capacity, 40%, 0.4"
    })
    void aValueMayDependOnTheFleet(String kind, String value, double expected) {
        assertThat(fault(kind + ", from: 1s, to: 2s, value: " + value).value()).isEqualTo(expected);
    }

    @Test
    void everyProblemIsToldWithFileLineKeyAndRule() {
        assertThat(problems("""
                        name: a b
                        replicas: none
                        wind: strong
                        replicas: 2
                        clients: 5
                        judge: {from: 10, to: 20s}
                        faults:
                          - {kind: errors, from: 2s, to: 1s, value: 120%}
                          - {kind: rain, from: 1s, to: 2s}
                          - kind: slow
                            from: 1s
                            to: 2s
                          - {kind: refused, from: 1s, to: 2s, value: 1}
                          - {kind: demand, from: 1s, to: 2s, value: 50%, calls: 0.5}
                          - {kind: lost, from: 1s, to: 3s, repeat: {every: 1s, often: 3}}
                        """)).isEqualTo("""
                        mine.yaml:1: name: a b (expected: up to 40 letters, digits, dots and hyphens)
                        mine.yaml:1: calls-per-client: not there (expected: together with clients)
                        mine.yaml:2: replicas: none (expected: a whole number, 1 to 1000)
                        mine.yaml:3: wind: unknown key (expected: one of name, title, load, call-at-start, \
                        after-failure, network, clients, calls-per-client, utilisation, timeout, queue, replicas, \
                        service, work, spread, each-adds, tail, layers, start, judge, faults, policies)
                        mine.yaml:4: replicas: again (expected: each key once)
                        mine.yaml:6: judge.end: not there (expected: a time)
                        mine.yaml:6: judge.from: 10 (expected: a time such as 200ms, 2s or 1m, from 0s to 60m)
                        mine.yaml:8: faults[1].to: 1s (expected: a time after from)
                        mine.yaml:8: faults[1].value: 120% (expected: a share, such as 2% or 0.02, at most 1)
                        mine.yaml:9: faults[2].kind: rain (expected: one of errors, failures, slow, capacity, \
                        refused, silent, lost, rate-limit, rate-limit-with-hint, demand)
                        mine.yaml:10: faults[3].value: not there (expected: how many times as long work takes)
                        mine.yaml:13: faults[4].value: 1 (expected: no value with kind refused)
                        mine.yaml:14: faults[5].value: 50% (expected: times as many calls, such as 1.8, 180% of load \
                        or 1.2 of capacity, at most 100)
                        mine.yaml:14: faults[5].calls: 0.5 (expected: not with kind demand)
                        mine.yaml:15: faults[6].repeat.times: not there (expected: a number)
                        mine.yaml:15: faults[6].repeat.every: 1s (expected: a time that is not shorter than the fault)
                        mine.yaml:15: faults[6].repeat.often: unknown key (expected: one of every, times)""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''             | mine.yaml:1: file: empty (expected: a scenario)
            - a            | mine.yaml:1: file: not keys and values (expected: key: value, in lines)
            name: [        | mine.yaml:2: expected the node content
            name: a: b     | mine.yaml:1: mapping values are not allowed here
            """)
    void whatIsNoScenarioIsTold(String text, String message) {
        assertThat(problems(text + "\n")).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            start: 11s | start: 11s (expected: not after judge.from)
            utilisation: 0.1% | utilisation: 0.1% (expected: a share of at least 1%)
            title: | title: no value (expected: a line of up to 100 characters)
            judge: 3 | judge: again (expected: each key once)
            faults: none | faults: none (expected: a list, each item after a hyphen)
            faults: [{kind: lost, from: 40s, to: 50s}] | faults[1].from: 40s (expected: a time before judge.end)
            layers: {a: 1} | layers: keys and values (expected: a whole number, 0 to 3)
            """)
    void eachRuleIsKept(String lines, String message) {
        assertThat(problems(HEAD + lines + "\n").lines()).contains("mine.yaml:3: " + message);
    }

    @Test
    void clientsThatCallTooRarelyAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(HEAD + "clients: 5\ncalls-per-client: 1\n"))
                .withMessage("mine.yaml:4: calls-per-client: 1 (expected: " + FleetShape.RULE + ")");
    }

    @Test
    void aFileOfTheUserIsRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x.yaml"), HEAD);

        assertThat(ScenarioFile.read(file).name()).isEqualTo("mine");
    }
}
