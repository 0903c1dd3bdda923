package io.forbear.retry.lab;

import io.forbear.retry.core.sla.SlaTarget;
import io.forbear.retry.lab.plan.Checked;
import io.forbear.retry.lab.plan.PlanCheck;
import io.forbear.retry.lab.plan.PlanReport;
import io.forbear.retry.lab.plan.PlanRequest;
import io.forbear.retry.lab.plan.PolicyExport;
import io.forbear.retry.lab.plan.PolicyPlan;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Works out a policy of what is promised, and checks it by a simulation. */
@Command(
        name = "plan",
        header = "Works out a policy that keeps a promise, and checks it in virtual time.",
        description = {
            "",
            "Says how many attempts, which timeouts and which budget the promise takes,",
            "as Java, properties and settings of other libraries, and tries the policy",
            "with the real engine in an ordinary hour and in an outage. If the promise is",
            "out of reach, it says by how much, and what would make it possible.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "  retry-lab plan --target 99.95%% --deadline 2s --error-rate 1%% \\",
            "                 --latency p50=40ms,p99=300ms",
            "",
            "The same seeds give the same figures, however many threads there are.",
            "Exit codes: 0 done, whether or not the target is reached; 1 the run failed,",
            "or with --fail-on-miss the target is missed; 2 the command line is wrong;",
            "130 stopped by Ctrl-C, after what was done has been printed."
        })
final class PlanCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "SHARE",
            required = true,
            description = "The calls that shall succeed within the deadline, such as 99.95%%.")
    private String target = "";

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            required = true,
            description = "How long a call may take, waits and all attempts included, such as 2s.")
    private String deadline = "";

    @Option(
            names = "--latency",
            paramLabel = "TIMES",
            required = true,
            description = "How long the dependency takes when it is well: p50=40ms,p99=300ms, or a list of measured"
                    + " times with commas between.")
    private String latency = "";

    @Option(
            names = "--error-rate",
            paramLabel = "SHARE",
            required = true,
            description = "The attempts that fail in ordinary time, such as 1%%.")
    private String errorRate = "";

    @Option(
            names = "--criticality",
            paramLabel = "WORD",
            defaultValue = "normal",
            description = "critical: planned for twice the errors; normal; sheddable: at most 2 attempts and a small"
                    + " budget (default: ${DEFAULT-VALUE}).")
    private String criticality = "";

    @Option(
            names = "--fleet",
            paramLabel = "CLIENTSxRATE",
            defaultValue = "20x50",
            description = "Clients, and calls of each per second (default: ${DEFAULT-VALUE}).")
    private String fleet = "";

    @Option(
            names = "--utilisation",
            paramLabel = "SHARE",
            defaultValue = "0.7",
            description = "Which share of the dependency its calls take (default: ${DEFAULT-VALUE}).")
    private String utilisation = "";

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "dependency",
            description = "The name of the dependency, as the code has it (default: ${DEFAULT-VALUE}).")
    private String service = "";

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Runs of each scenario, by seeds that follow each other (default: ${DEFAULT-VALUE}).")
    private String seeds = "";

    @Option(
            names = "--seed",
            paramLabel = "FIRST",
            defaultValue = "1",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private String seed = "";

    @Option(names = "--out", paramLabel = "DIR", description = "Where the policy goes too, in each form a file.")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Where plan and figures go too.")
    private @Nullable Path json;

    @Option(names = "--fail-on-miss", description = "Ends with 1 if the target is missed.")
    private boolean failOnMiss;

    @Option(names = "--threads", paramLabel = "N", description = "Runs at a time (default: processors).")
    private @Nullable String threads;

    PlanCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PolicyPlan plan;
        PlanCheck check;
        try {
            FleetShape shape = PlanOptions.fleet(fleet, utilisation);
            SlaTarget promise = new SlaTarget(
                    PlanOptions.service(service),
                    PlanOptions.target(target),
                    PlanOptions.deadline(deadline),
                    PlanOptions.latency(latency),
                    PlanOptions.errorRate(errorRate),
                    PlanOptions.criticality(criticality),
                    shape.callsPerClient());
            plan = PolicyPlan.of(new PlanRequest(promise, shape));
            check = new PlanCheck(plan, Options.seed(seed), PlanOptions.seeds(seeds), SimulateOptions.threads(threads));
            if (out != null) {
                for (PolicyExport export : PolicyExport.all()) {
                    OutputFile.writable("--out", out.resolve(export.file(plan)));
                }
            }
            if (json != null) {
                OutputFile.writable("--json", json);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter err = spec.commandLine().getErr();
        Checked checked = check.run(comparison -> WatchedRun.of(comparison, err));
        if (checked == null) {
            return ExitCode.SOFTWARE;
        }
        PlanReport report = new PlanReport(checked);
        PrintWriter console = spec.commandLine().getOut();
        console.print(report.text());
        console.flush();
        if (out != null) {
            for (PolicyExport export : PolicyExport.all()) {
                Files.writeString(out.resolve(export.file(plan)), export.text(plan));
            }
            console.println();
            console.println("Files: " + out);
        }
        if (json != null) {
            report.writeJson(json);
            console.println("Figures: " + json);
        }
        console.flush();
        if (!checked.isComplete()) {
            return StormCommand.STOPPED;
        }
        return failOnMiss && !checked.isReached() ? ExitCode.SOFTWARE : ExitCode.OK;
    }
}
