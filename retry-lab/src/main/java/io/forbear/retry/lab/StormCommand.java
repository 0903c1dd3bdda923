package io.forbear.retry.lab;

import io.forbear.retry.lab.report.Reports;
import io.forbear.retry.lab.storm.Scenario;
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

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "17s",
            description = "How long each policy is tried, 6s to 10m (default: ${DEFAULT-VALUE}).")
    private String duration = "";

    @Option(
            names = "--load",
            paramLabel = "N",
            defaultValue = "100",
            description = "Calls per second, 20 to 400: 70 %% of what the service can do (default: ${DEFAULT-VALUE}).")
    private String load = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides when calls are due and which requests fail by chance (default: ${DEFAULT-VALUE}).")
    private String seed = "";

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often all policies are run, each time with another seed and an outage that begins"
                    + " at another instant; figures then have ranges (default: ${DEFAULT-VALUE}).")
    private String runs = "";

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
        Scenario scenario;
        List<StormPolicy> chosen;
        Path html;
        Path figures;
        Telemetry telemetry;
        int times;
        try {
            times = StormOptions.runs(runs);
            scenario = StormOptions.scenario(duration, load, seed);
            chosen = StormOptions.policies(policies, peers, policy);
            html = OutputFile.writable("--out", out.resolve("storm.html"));
            figures = json == null
                    ? OutputFile.writable("--out", out.resolve("storm.json"))
                    : OutputFile.writable("--json", json);
            if (svg != null) {
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
            result = new Storm(scenario, chosen, progress, StopSignal::stopped, telemetry, times).run(Version.lab());
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
