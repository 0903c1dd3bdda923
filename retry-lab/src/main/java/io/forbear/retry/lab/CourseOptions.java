package io.forbear.retry.lab;

import io.forbear.retry.lab.storm.Course;
import io.forbear.retry.lab.storm.Policies;
import io.forbear.retry.lab.storm.StormPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What happens in a storm, and under which policies: the same in the storm and in its processes of clients. */
final class CourseOptions {

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "How long each policy is tried, 6s to 10m (default: 17s).")
    private @Nullable String duration;

    @Option(
            names = "--load",
            paramLabel = "N",
            description = "Calls per second, 20 to 400: 70 %% of what the service can do (default: 100).")
    private @Nullable String load;

    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE",
            description = "What happens instead of the storm's own outage: a scenario of simulate, or a file.")
    private @Nullable String scenario;

    @Option(
            names = "--fleet",
            paramLabel = "CLIENTSxRATE",
            description = "With --scenario: clients, and calls of each per second (default: what the file says, or "
                    + "4x25).")
    private @Nullable String fleet;

    @Option(
            names = "--utilisation",
            paramLabel = "SHARE",
            description = "With --scenario: which share of the service the calls take (default: what the file says, "
                    + "or 0.7).")
    private @Nullable String utilisation;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides when calls are due and which requests fail by chance (default: ${DEFAULT-VALUE}).")
    private String seed = "";

    @Option(
            names = "--policies",
            paramLabel = "NAMES",
            description = "Which policies, with commas between (default: all).")
    private @Nullable String policies;

    @Option(
            names = "--peers",
            paramLabel = "NAMES",
            description = "Other libraries that are tried too, with commas between, or all (default: none).")
    private @Nullable String peers;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A properties file with a policy of your own, which is tried too.")
    private @Nullable Path policy;

    @Option(names = "--store", paramLabel = "PORT", hidden = true, description = "Where the fleet's budget is kept.")
    private @Nullable Integer store;

    CourseOptions() {}

    /** Says where the budget of the fleet is kept: the policies that need it are tried too. */
    void store(int port) {
        store = port;
    }

    /** Whether a scenario file says what happens. */
    boolean isOfFile() {
        return scenario != null;
    }

    Course course() {
        String byFile = "not with --scenario, whose file says it";
        StormOptions.excludes(scenario != null, "--duration", duration, byFile);
        StormOptions.excludes(scenario != null, "--load", load, byFile);
        StormOptions.excludes(scenario == null, "--fleet", fleet, "together with --scenario");
        StormOptions.excludes(scenario == null, "--utilisation", utilisation, "together with --scenario");
        return scenario == null
                ? StormOptions.outage(duration, load, seed)
                : StormOptions.scenario(scenario, fleet, utilisation, seed);
    }

    /** The policies, for a run of a number of processes. */
    List<StormPolicy> chosen(int run, int processes) {
        List<StormPolicy> chosen = new ArrayList<>(StormOptions.policies(policies, peers, policy));
        if (store != null) {
            chosen.addAll(Policies.ofFleet(store, Policies.SERVICE + "-" + run, processes));
        }
        return chosen;
    }

    /** The same options as words of a command line. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        add(words, "--duration", duration);
        add(words, "--load", load);
        add(words, "--scenario", scenario);
        add(words, "--fleet", fleet);
        add(words, "--utilisation", utilisation);
        add(words, "--seed", seed);
        add(words, "--policies", policies);
        add(words, "--peers", peers);
        add(words, "--policy", policy == null ? null : policy.toString());
        add(words, "--store", store == null ? null : store.toString());
        return words;
    }

    private static void add(List<String> words, String option, @Nullable String value) {
        if (value != null) {
            words.add(option);
            words.add(value);
        }
    }
}
