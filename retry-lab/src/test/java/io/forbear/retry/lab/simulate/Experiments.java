package io.forbear.retry.lab.simulate;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.lab.simulate.Experiment.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The published experiments, each run again with the engine of the library. */
final class Experiments {

    private static final double PERCENT = 100;

    /** The names of the published table, and ours. */
    private static final Map<String, String> ALGORITHMS = Map.of(
            "None", "no-backoff",
            "Exponential", "exponential",
            "EqualJitter", "equal",
            "FullJitter", "full",
            "Decorr", "decorrelated");

    private Experiments() {}

    /**
     * Clients that write one row, by the way they wait.
     *
     * @param clients which rows of the table
     * @param runs how many of ours; 10 at most with more than 190 clients
     */
    static Experiment contention(Predicate<Integer> clients, int runs) {
        Experiment found = new Experiment("Clients that write one row");
        for (Map<String, String> row : Experiment.table("aws_backoff_simulator_results.csv")) {
            int count = (int) Experiment.number(row, "clients");
            if (!clients.test(count) || row.containsValue("upstream_grid")) {
                continue;
            }
            String policy = ALGORITHMS.getOrDefault(row.get("algorithm"), "");
            List<Figures> ours = Experiment.runs(
                    Experiment.scenario("contention", "clients: 100", "clients: " + count),
                    Experiment.policy("contention", policy),
                    count > 190 ? Math.min(10, runs) : runs);
            String what = count + " clients, " + policy + ", ";
            found.compare(what + "writes", sample(row, "calls"), Sample.of(ours, Figures::attempts), 0);
            Sample seconds = Sample.of(ours, Figures::doneSeconds);
            Sample millis = new Sample(1000 * seconds.mean(), 1000 * seconds.deviation(), seconds.runs());
            found.compare(what + "ms until all are done", sample(row, "time"), millis, 1);
        }
        return found;
    }

    private static Sample sample(Map<String, String> row, String figure) {
        return new Sample(Experiment.number(row, figure + "_mean"), Experiment.number(row, figure + "_sd"), (int)
                Experiment.number(row, "runs"));
    }

    /** Errors by chance: what retries without limit, two kinds of limit and no retries add to the load. */
    static Experiment retryStrategies(Predicate<Double> rates, int runs) {
        Experiment found = new Experiment("Errors by chance, by retry strategy");
        strategies(found, "brooker_retry_strategies.csv", "retry-strategies", rates, runs);
        strategies(found, "brooker_backoff_has_no_effect.csv", "retry-strategies", rates, runs);
        return found;
    }

    /** The same load from few clients that call often, or from many that call seldom. */
    static Experiment clientCount(Predicate<Double> rates, int runs) {
        Experiment found = new Experiment("Errors by chance, by number of clients");
        strategies(found, "brooker_client_count.csv", "retry-strategies", rates, runs);
        return found;
    }

    /** Clients that make one call at a time. */
    static Experiment serialClients(Predicate<Double> rates, int runs) {
        Experiment found = new Experiment("Errors by chance, clients with one call at a time");
        strategies(found, "brooker_serial_clients.csv", "serial-clients", rates, runs);
        return found;
    }

    private static void strategies(Experiment found, String table, String file, Predicate<Double> rates, int runs) {
        for (Map<String, String> row : Experiment.table(table)) {
            String strategy = row.getOrDefault("strategy", "");
            double rate = Experiment.number(row, "failure_rate");
            boolean isSerial = strategy.contains("_serial");
            if (!rates.test(rate) || file.equals("serial-clients") != isSerial || strategy.endsWith("client_backoff")) {
                continue;
            }
            long length = (long) Experiment.number(row, "max_t_s");
            Scenario scenario = Experiment.scenario(
                    file,
                    "clients: 100",
                    "clients: " + row.get("clients"),
                    "client: 10",
                    "client: " + row.get("rate_per_client"),
                    "value: 50%",
                    "value: " + row.get("failure_rate"),
                    "to: 10s",
                    "to: " + length + "s",
                    "end: 14s",
                    "end: " + (length + 4) + "s",
                    "to: 14s",
                    "to: " + (length + 4) + "s");
            List<Figures> ours =
                    Experiment.runs(scenario, strategy(strategy, Experiment.number(row, "retry_backoff_s")), runs);
            String what = PERCENT * rate + " % errors, " + strategy + ", ";
            found.compare(
                    what + "attempts per call",
                    new Sample(
                            Experiment.number(row, "load_amplification_mean"),
                            Experiment.number(row, "load_amplification_sd"),
                            (int) Experiment.number(row, "runs")),
                    Sample.of(ours, Figures::attemptsPerCall),
                    1e-4);
            found.compare(
                    what + "success in percent",
                    new Sample(
                            PERCENT * Experiment.number(row, "success_rate_mean"),
                            PERCENT * Experiment.number(row, "success_rate_sd"),
                            (int) Experiment.number(row, "runs")),
                    Sample.of(ours, Figures::success),
                    5e-3);
            if (isSerial) {
                found.compare(
                        what + "calls",
                        Experiment.number(row, "unique_calls_mean"),
                        Sample.of(ours, figures -> calls(figures, 0, (int) length))
                                .mean(),
                        0.03 * Experiment.number(row, "unique_calls_mean"));
            }
        }
    }

    private static Control.Maker strategy(String name, double backoffSeconds) {
        if (name.startsWith("no_retries")) {
            return Experiment.policy("retry-strategies", "no-retries");
        }
        if (name.startsWith("three_retries")) {
            return Experiment.policy(
                    "retry-strategies", backoffSeconds > 0 ? "three-retries-backoff" : "three-retries");
        }
        boolean isBreaker = name.startsWith("breaker");
        Supplier<RetryBudget> budget = () -> isBreaker ? CountedBudget.failureShare(0.1) : CountedBudget.bucket(0.1, 5);
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(isBreaker ? 4 : 1000)
                .backoff(
                        backoffSeconds > 0
                                ? Backoff.exponential(Duration.ofMillis(100), Duration.ofDays(1))
                                        .jitter(Jitter.none())
                                : Backoff.none())
                .build();
        return ForbearControl.of(world -> Retries.named("service")
                .runtime(r -> r.clock(world.clock()).random(world.random()))
                .policy(policy)
                .budget(clock -> budget.get())
                .withoutCircuitBreaker()
                .build());
    }

    static double calls(Figures figures, int from, int to) {
        return sum(figures, from, to, Figures.Second::calls);
    }

    private static double sum(Figures figures, int from, int to, ToDoubleFunction<Figures.Second> what) {
        return figures.seconds().subList(from, to).stream().mapToDouble(what).sum();
    }

    /** A service that slows with concurrency, after a spike of load and on a ramp: how often it stays down. */
    static Experiment collapse(int runs) {
        Experiment found = new Experiment("A service that slows with concurrency");
        List<Map<String, String>> published = Experiment.table("brooker_collapse_runs.csv");
        for (String scenario :
                List.of("spike_no_backoff", "spike_backoff_and_jitter", "ramp_no_backoff", "ramp_backoff_and_jitter")) {
            String file = scenario.startsWith("spike") ? "collapse-spike" : "collapse-ramp";
            String policy = scenario.endsWith("no_backoff") ? "no-backoff" : "backoff-and-jitter";
            List<Figures> ours = Experiment.runs(Experiment.scenario(file), Experiment.policy(file, policy), runs);
            List<Map<String, String>> theirs = published.stream()
                    .filter(row -> row.containsValue(scenario))
                    .toList();
            Sample starts = Sample.of(ours, run -> sum(run, 60, 80, Figures.Second::calls) / 20);
            Sample successes = Sample.of(ours, run -> sum(run, 60, 80, Figures.Second::succeeded) / 20);
            Sample retries =
                    Sample.of(ours, run -> sum(run, 60, 80, second -> second.attempts() - second.calls()) / 20);
            Sample collapsed = Sample.of(
                    ours,
                    run -> sum(run, 60, 80, Figures.Second::succeeded) < 0.5 * sum(run, 60, 80, Figures.Second::calls)
                            ? 1
                            : 0);
            found.compare(scenario + ", calls/s", of(theirs, "starts_per_s_60_80"), starts, 0.005);
            found.compare(scenario + ", successes/s", of(theirs, "successes_per_s_60_80"), successes, 0.005);
            if (scenario.endsWith("no_backoff")) {
                found.compare(scenario + ", retries/s", of(theirs, "retries_per_s_60_80"), retries, 0.005);
            }
            found.compare(scenario + ", share of runs that stay down", of(theirs, "collapsed"), collapsed, 0.005);
        }
        return found;
    }

    private static Sample of(List<Map<String, String>> rows, String column) {
        double mean = rows.stream()
                .mapToDouble(row -> Experiment.number(row, column))
                .average()
                .orElseThrow();
        double squares = rows.stream()
                .mapToDouble(row -> Math.pow(Experiment.number(row, column) - mean, 2))
                .sum();
        return new Sample(mean, Math.sqrt(squares / (rows.size() - 1)), rows.size());
    }

    /** Single figures of books and papers. */
    static Experiment figures() {
        Experiment found = new Experiment("Single figures");
        Figures one = Simulation.run(
                Experiment.scenario("one-percent-more"), Experiment.policy("one-percent-more", "again-after-1s"), 1);
        for (int tick = 1; tick <= 3; tick++) {
            found.compare(
                    "pub_sre_backend_10000, requests in second " + (tick + 1),
                    10_100 + 100 * tick,
                    one.seconds().get(tick).attempts(),
                    2);
        }
        Figures outage =
                Simulation.run(Experiment.scenario("outage-10s"), Experiment.policy("outage-10s", "one-retry"), 1);
        found.compare(
                "pub_hotos_retry_example, requests/s after the outage",
                560,
                sum(outage, 40, 60, Figures.Second::attempts) / 20,
                15);
        found.compare("pub_hotos_retry_example, success after the outage in percent", 0, outage.success(), 1);
        for (Map.Entry<String, Integer> layered :
                Map.of("pub_sre_3x", 3, "pub_brooker_1_plus_n", 4).entrySet()) {
            found.compare(
                    layered.getKey() + ", attempts per call",
                    layered.getValue(),
                    allFail("", layered.getValue()).attemptsPerCall(),
                    1e-9);
        }
        found.compare(
                "pub_sre_64, attempts per call", 64, allFail("layers: 2\n", 4).attemptsPerCall(), 1e-9);
        return found;
    }

    private static Figures allFail(String layers, int attempts) {
        Scenario scenario = Experiment.scenario(
                "retry-strategies", "value: 50%", "value: 100%", "service: unlimited", layers + "service: unlimited");
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(attempts)
                .backoff(Backoff.none())
                .build();
        return Simulation.run(
                scenario,
                ForbearControl.with(b -> b.policy(policy).withoutBudget().withoutCircuitBreaker()),
                1);
    }

    /** A few clients of the table for each build, all of them by a command. */
    static final Set<Integer> FEW = Set.of(1, 10, 50, 100, 200);
}
