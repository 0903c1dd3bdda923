package io.forbear.retry.lab;

import io.forbear.retry.lab.report.Reports;
import io.forbear.retry.lab.storm.ClientLauncher;
import io.forbear.retry.lab.storm.Course;
import io.forbear.retry.lab.storm.LabStore;
import io.forbear.retry.lab.storm.Storm;
import io.forbear.retry.lab.storm.StormListener;
import io.forbear.retry.lab.storm.StormPolicy;
import io.forbear.retry.lab.storm.StormResult;
import io.forbear.retry.lab.telemetry.Telemetry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a storm over real HTTP, prints its figures and writes the report. */
@Command(
        name = "storm",
        header = "Shows on real HTTP what each retry policy does to a service in an outage.",
        description = {
            "",
            "Takes a real HTTP service on loopback through an outage while clients call it,",
            "under one policy after the other, and shows what each policy does to it.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "Policies: none, naive, backoff, jitter, budget, default (always run in this order).",
            "Scenarios: those of simulate and storm, which is the outage that is meant without one.",
            "Peers: resilience4j, failsafe, spring, aws, gax: other libraries by their own defaults.",
            "Spans of the calls go over OTLP where OTEL_EXPORTER_OTLP_ENDPOINT is set.",
            "Exit codes: 0 done; 1 the run failed; 2 the command line is wrong; 130 stopped by Ctrl-C,",
            "after what was measured has been written."
        })
final class StormCommand implements Callable<Integer> {

    static final int STOPPED = 130;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final CourseOptions options = new CourseOptions();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often all policies are run, each time with another seed and an outage that begins"
                    + " at another instant; figures then have ranges (default: ${DEFAULT-VALUE}).")
    private String runs = "";

    @Option(
            names = "--processes",
            paramLabel = "N",
            description = "Processes of their own that the clients are in, 1 to 64 (default: all in this one).")
    private @Nullable String processes;

    @Option(
            names = "--fleet-budget",
            description = "With --processes: also tries a budget of each process with a floor, and one that all"
                    + " processes share in a Redis or Valkey, which is started on loopback.")
    private boolean fleetBudget;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "retry-lab-out",
            description = "Where storm.html and storm.json go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Option(
            names = "--serve",
            paramLabel = "PORT",
            description = "Serves /metrics for Prometheus on loopback while the storm runs; 0 takes a free port.")
    private @Nullable String serve;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the figures go instead of DIR/storm.json.")
    private @Nullable Path json;

    @Option(names = "--svg", paramLabel = "FILE", hidden = true, description = "Also draws the main chart.")
    private @Nullable Path svg;

    StormCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!fleetBudget) {
            return storm();
        }
        LabStore started;
        try {
            StormOptions.excludes(processes == null, "--fleet-budget", "given", "together with --processes");
            started = LabStore.start();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        try (LabStore store = started) {
            options.store(store.port());
            return storm();
        }
    }

    private Integer storm() throws IOException, InterruptedException {
        Course course;
        List<StormPolicy> chosen;
        @Nullable ClientLauncher launcher;
        Path html;
        Path figures;
        Telemetry telemetry;
        int times;
        try {
            times = StormOptions.runs(runs);
            course = options.course();
            int count = processes == null ? 1 : StormOptions.processes(processes);
            StormOptions.atLeastOneClientEach(count, course);
            chosen = options.chosen(1, count);
            StormOptions.excludes(
                    processes != null, "--serve", serve, "not with --processes, whose clients are elsewhere");
            launcher = processes == null ? null : ClientsCommand.launcher(count, options);
            html = OutputFile.writable("--out", out.resolve("storm.html"));
            figures = json == null
                    ? OutputFile.writable("--out", out.resolve("storm.json"))
                    : OutputFile.writable("--json", json);
            if (svg != null) {
                StormOptions.excludes(options.isOfFile(), "--svg", svg.toString(), "not with --scenario");
                OutputFile.writable("--svg", svg);
            }
            telemetry = Telemetry.start(serve == null ? null : StormOptions.port(serve), System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter console = spec.commandLine().getOut();
        StormResult result;
        try (telemetry) {
            telemetry.lines().forEach(console::println);
            console.flush();
            StormListener progress =
                    telemetry.following(Progress.on(spec.commandLine().getErr()));
            result = new Storm(course, chosen, progress, StopSignal::stopped, telemetry, times, launcher)
                    .run(Version.lab());
        }
        console.println();
        console.println(Reports.table(result));
        console.flush();
        Reports.of(result).writeJson(figures).writeHtml(html);
        if (svg != null) {
            Reports.of(result).writeSvg(svg);
        }
        console.println("Report:  " + html);
        console.println("Figures: " + figures);
        console.flush();
        return result.partial() ? STOPPED : ExitCode.OK;
    }
}
