package io.forbear.retry.lab;

import io.forbear.retry.lab.storm.ClientLauncher;
import io.forbear.retry.lab.storm.ClientSide;
import io.forbear.retry.lab.storm.StormPolicy;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A process with a part of the clients of a storm, which {@code storm --processes} starts. */
@Command(
        name = "storm-clients",
        hidden = true,
        description = "A process with a part of the clients of a storm; its input and output are the storm's.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ClientsCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final CourseOptions options = new CourseOptions();

    @Option(names = "--by", required = true, description = "The name of the policy by which the clients call.")
    private String policy = "";

    @Option(names = "--run", required = true, description = "The number of the run.")
    private int run;

    @Option(names = "--share", required = true, description = "Which part of the clients, from 0.")
    private int share;

    @Option(names = "--of", required = true, description = "How many parts there are.")
    private int of;

    ClientsCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClientSide clients;
        try {
            StormPolicy chosen = options.chosen(run, of).stream()
                    .filter(one -> one.name().equals(policy))
                    .findFirst()
                    .orElseThrow(() -> Options.refused("--by", policy, "a policy that is chosen", null));
            clients = new ClientSide(options.course(), chosen, run, share, of);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        clients.run(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
        return ExitCode.OK;
    }

    /** Starts such processes, each by the same program as this one. */
    static ClientLauncher launcher(int processes, CourseOptions options) {
        return new ClientLauncher() {
            @Override
            public int processes() {
                return processes;
            }

            @Override
            public Process start(StormPolicy policy, int run, int share) throws IOException {
                List<String> command = new ArrayList<>(List.of(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1", // many processes on a few processors: what starts soon, not what
                        // peaks
                        "-XX:-UsePerfData", // its warnings would go to the output that the storm reads
                        "-cp",
                        System.getProperty("java.class.path"),
                        RetryLab.class.getName(),
                        "storm-clients"));
                command.addAll(options.words());
                command.addAll(List.of("--by", policy.name(), "--run", Integer.toString(run)));
                command.addAll(List.of("--share", Integer.toString(share), "--of", Integer.toString(processes)));
                return new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            }
        };
    }
}
