package io.forbear.retry.lab;

import java.io.PrintWriter;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code retry-lab}: try a retry policy before production does.
 *
 * <p>Exit codes: 0 done, 1 the run failed, 2 the command line is wrong, 130 stopped by the user.
 */
@Command(
        name = "retry-lab",
        description = "Tries retry policies before production does.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        subcommands = {
            StormCommand.class,
            SimulateCommand.class,
            PlanCommand.class,
            SweepCommand.class,
            CompareCommand.class,
            FleetCommand.class,
            ConfigCommand.class,
            ExportCommand.class,
            DrawCommand.class,
            ClientsCommand.class,
            AgreementCommand.class
        })
public final class RetryLab implements Runnable {

    /** Held, for a logger without a strong reference loses its filter. */
    private static final Logger LIBRARY = Logger.getLogger("io.forbear.retry");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    RetryLab() {}

    /**
     * Runs the command and ends the process.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        // The server of the storm must not close connections that clients keep: that would look like a failure.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("jdk.httpclient.keepalive.timeout", "15");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
        // The clients of a storm stand for processes, each with a service of the same name: elsewhere a mistake, here
        // the experiment.
        LIBRARY.setFilter(line -> !line.getMessage().startsWith("two services that are open are named"));
        StopSignal.install();
        int exitCode = commandLine().execute(args);
        StopSignal.finished();
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new RetryLab());
        line.setParameterExceptionHandler(new OptionErrors());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println("retry-lab: " + failure);
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "command: none (expected: storm, simulate, plan, sweep, compare, fleet, config or export;"
                        + " retry-lab --help tells more)");
    }
}
