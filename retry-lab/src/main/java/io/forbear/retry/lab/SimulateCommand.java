package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.Comparison;
import io.forbear.retry.lab.compare.ComparisonResult;
import io.forbear.retry.lab.compare.Comparisons;
import io.forbear.retry.lab.simulate.ScenarioFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs policies through scenarios on virtual time, and prints what each did in each of them. */
@Command(
        name = "simulate",
        header = "Shows in virtual time what each retry policy does in each of many outages.",
        description = {
            "",
            "Takes a simulated service through outages while simulated clients call it,",
            "each with the real engine of its policy, and prints a table for each fleet.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "The same seeds give the same figures, however many threads there are.",
            "Exit codes: 0 done; 1 the run failed; 2 the command line is wrong;",
            "130 stopped by Ctrl-C, after the table of the runs that were over."
        })
final class SimulateCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE",
            description = "What happens: a scenario of the lab, or a file; may be given several times (default: all).")
    private List<String> scenarios = List.of();

    @Option(
            names = "--fleet",
            paramLabel = "CLIENTSxRATE",
            description = "Clients, and calls of each per second; may be given several times (default: 4x25, 20x50, "
                    + "200x5, 1000x0.5, or what a file says).")
    private List<String> fleets = List.of();

    @Option(
            names = "--utilisation",
            paramLabel = "SHARES",
            description = "Which share of the service the calls take, with commas between (default: 0.7, or what a "
                    + "file says).")
    private @Nullable String utilisation;

    @Option(
            names = "--policies",
            paramLabel = "NAMES",
            description = "Which policies, with commas between: none, retries, budget, default (default: all).")
    private @Nullable String policies;

    @Option(
            names = "--peers",
            paramLabel = "NAMES",
            description = "Which other libraries, with commas between: resilience4j, failsafe, spring, aws, gax, or "
                    + "all (default: none of them).")
    private @Nullable String peers;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A properties file with a policy of your own, which is tried too.")
    private @Nullable Path policy;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs of each, by seeds that follow each other; figures are then the mean and the range "
                    + "(default: ${DEFAULT-VALUE}).")
    private String seeds = "";

    @Option(
            names = "--seed",
            paramLabel = "FIRST",
            defaultValue = "1",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private String seed = "";

    @Option(names = "--json", paramLabel = "FILE", description = "Where the figures go too.")
    private @Nullable Path json;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Runs at a time; each holds the state of its clients (default: processors).")
    private @Nullable String threads;

    SimulateCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Comparison comparison;
        try {
            List<ScenarioFile> files = ScenarioOptions.files(scenarios);
            comparison = new Comparison(
                    new ScenarioOptions(fleets, utilisation).fleetsOf(files),
                    SimulateOptions.policies(files, policies, policy, peers),
                    Options.seed(seed),
                    SimulateOptions.seeds(seeds),
                    SimulateOptions.threads(threads));
            if (json != null) {
                OutputFile.writable("--json", json);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter console = spec.commandLine().getOut();
        ComparisonResult result = WatchedRun.of(comparison, spec.commandLine().getErr());
        if (result == null) {
            return ExitCode.SOFTWARE;
        }
        console.println();
        console.println(Comparisons.table(result));
        if (json != null) {
            console.flush();
            Comparisons.writeJson(result, json);
            console.println("Figures: " + json);
        }
        console.println(Comparisons.line(result.cost()));
        console.flush();
        return result.partial() ? StormCommand.STOPPED : ExitCode.OK;
    }
}
