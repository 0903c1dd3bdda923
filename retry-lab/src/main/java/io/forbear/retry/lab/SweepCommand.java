package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.Comparison;
import io.forbear.retry.lab.compare.ComparisonResult;
import io.forbear.retry.lab.compare.Comparisons;
import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.report.SweepReports;
import io.forbear.retry.lab.sweep.Knob;
import io.forbear.retry.lab.sweep.SweepResult;
import io.forbear.retry.lab.sweep.SweptPolicies;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries one setting at many values on virtual time, and shows which of them are worth having. */
@Command(
        name = "sweep",
        header = "Shows in virtual time what one setting does at each of many values.",
        description = {
            "",
            "Takes a policy through scenarios with one key of its configuration at each",
            "of the values, and shows success, load and recovery: which values no other",
            "value beats.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "  retry-lab sweep --knob retry-budget=0%%..50%%/11",
            "  retry-lab sweep --knob max-attempts=1,2,3,5 --scenario blip --scenario outage",
            "",
            "The same seeds give the same figures, however many threads there are.",
            "Exit codes: 0 done; 1 the run failed; 2 the command line is wrong;",
            "130 stopped by Ctrl-C, after what was done has been written."
        })
final class SweepCommand implements Callable<Integer> {

    private static final List<String> SCENARIOS = List.of("transient-2", "replica-1-of-3", "outage", "overload");
    private static final List<String> FLEETS = List.of("20x50");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--knob",
            paramLabel = "KEY=VALUES",
            required = true,
            description = "A key of the configuration, and its values: FROM..TO/COUNT, or a list with commas between.")
    private String knob = "";

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A properties file with what else is set (default: the library's defaults).")
    private @Nullable Path policy;

    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE",
            description = "What happens: all, a scenario of the lab, or a file; may be given several times (default:"
                    + " transient-2, replica-1-of-3, outage, overload).")
    private List<String> scenarios = SCENARIOS;

    @Option(
            names = "--fleet",
            paramLabel = "CLIENTSxRATE",
            description = "Clients, and calls of each per second; may be given several times (default: 20x50).")
    private List<String> fleets = FLEETS;

    @Option(
            names = "--utilisation",
            paramLabel = "SHARES",
            description = "Which share of the service the calls take, with commas between (default: 0.7, or what a "
                    + "file says).")
    private @Nullable String utilisation;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs of each, by seeds that follow each other (default: ${DEFAULT-VALUE}).")
    private String seeds = "";

    @Option(
            names = "--seed",
            paramLabel = "FIRST",
            defaultValue = "1",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private String seed = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "retry-lab-out",
            description = "Where sweep.html and sweep.json go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the figures go instead of DIR/sweep.json.")
    private @Nullable Path json;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Runs at a time; each holds the state of its clients (default: processors).")
    private @Nullable String threads;

    SweepCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Knob turned;
        Comparison comparison;
        Path html;
        Path figures;
        try {
            turned = knob();
            comparison = new Comparison(
                    new ScenarioOptions(fleets, utilisation).fleets(scenarios),
                    policies(turned),
                    Options.seed(seed),
                    SimulateOptions.seeds(seeds),
                    SimulateOptions.threads(threads));
            html = OutputFile.writable("--out", out.resolve("sweep.html"));
            figures = json == null
                    ? OutputFile.writable("--out", out.resolve("sweep.json"))
                    : OutputFile.writable("--json", json);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        ComparisonResult found = WatchedRun.of(comparison, spec.commandLine().getErr());
        if (found == null) {
            return ExitCode.SOFTWARE;
        }
        PrintWriter console = spec.commandLine().getOut();
        SweepResult result = SweepResult.of(turned, found);
        console.println();
        console.println(SweepReports.table(result));
        console.flush();
        SweepReports.writeJson(result, figures);
        SweepReports.writeHtml(result, html);
        console.println("Report:  " + html);
        console.println("Figures: " + figures);
        console.println(Comparisons.line(found.cost()));
        console.flush();
        return found.partial() ? StormCommand.STOPPED : ExitCode.OK;
    }

    private Knob knob() {
        try {
            return Knob.of(knob);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--knob: " + e.getMessage(), e);
        }
    }

    private List<SimulatedPolicy> policies(Knob turned) {
        Properties base = policy == null
                ? new Properties()
                : Options.policy(policy, properties -> {
                    SimulatedPolicies.own(properties);
                    return properties;
                });
        try {
            return SweptPolicies.of(turned, base);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--knob: " + e.getMessage(), e);
        }
    }
}
