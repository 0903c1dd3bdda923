package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.Agreement;
import io.forbear.retry.lab.compare.Comparisons;
import io.forbear.retry.lab.compare.FleetScenarios;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.simulate.Scenario;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs scenarios by simulation and over real HTTP, and prints both beside each other. */
@Command(
        name = "agreement",
        hidden = true,
        description = "Shows whether simulate and storm say the same of the same scenarios.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class AgreementCommand implements Callable<Integer> {

    private static final int MOST_AT_A_TIME = 64;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--scenario", paramLabel = "NAME|FILE", description = "As in simulate (default: all).")
    private List<String> scenarios = List.of();

    @Option(
            names = "--fleet",
            paramLabel = "CLIENTSxRATE",
            defaultValue = "4x25",
            description = "As in simulate (default: ${DEFAULT-VALUE}).")
    private List<String> fleets = List.of();

    @Option(names = "--utilisation", paramLabel = "SHARES", description = "As in simulate.")
    private @Nullable String utilisation;

    @Option(
            names = "--policies",
            paramLabel = "NAMES",
            defaultValue = "none,retries,default",
            description = "As in simulate (default: ${DEFAULT-VALUE}).")
    private String policies = "";

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Simulations of each (default: ${DEFAULT-VALUE}).")
    private String seeds = "";

    @Option(
            names = "--seed",
            paramLabel = "FIRST",
            defaultValue = "1",
            description = "Of the storm and of the first simulation (default: ${DEFAULT-VALUE}).")
    private String seed = "";

    @Option(
            names = "--at-a-time",
            paramLabel = "N",
            defaultValue = "4",
            description = "Storms that go on at a time, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private String atATime = "";

    AgreementCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Agreement agreement;
        try {
            List<Scenario> all = new ScenarioOptions(fleets, utilisation)
                    .fleets(scenarios).stream()
                            .map(FleetScenarios::scenarios)
                            .flatMap(List::stream)
                            .toList();
            List<SimulatedPolicy> chosen = SimulateOptions.policies(List.of(), policies, null, null);
            int together = Options.number("--at-a-time", atATime, 1, MOST_AT_A_TIME, "1 to " + MOST_AT_A_TIME);
            agreement = new Agreement(all, chosen, Options.seed(seed), SimulateOptions.seeds(seeds), together);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter console = spec.commandLine().getOut();
        console.println(Comparisons.agreementHead());
        console.flush();
        List<Agreement.Row> rows = agreement.run(Version.lab(), StopSignal::stopped, row -> {
            console.println(Comparisons.agreement(row));
            console.flush();
        });
        console.println(Comparisons.agreement(rows));
        console.flush();
        return StopSignal.stopped() ? StormCommand.STOPPED : ExitCode.OK;
    }
}
