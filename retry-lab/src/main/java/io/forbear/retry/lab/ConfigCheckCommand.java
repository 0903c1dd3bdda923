package io.forbear.retry.lab;

import io.forbear.retry.core.config.RetryConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads files of settings as a program would, and tells what is wrong. */
@Command(
        name = "check",
        header = "Tells whether files of settings are right.",
        description = {
            "",
            "Reads them together, a later one over an earlier one, as a registry does.",
            "What is wrong is told with file, line, value and rule, all of it.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "  retry-lab config check orders.properties",
            "",
            "Exit codes: 0 all is right; 1 something is wrong; 2 the command line is wrong."
        })
final class ConfigCheckCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Properties, or a directory with a file for each setting.")
    private List<Path> files = List.of();

    ConfigCheckCommand() {}

    @Override
    public Integer call() {
        List<Path> found = SettingsFiles.existing(spec, files);
        RetryConfig config;
        try {
            config = SettingsFiles.read(found);
        } catch (IllegalArgumentException wrong) {
            PrintWriter err = spec.commandLine().getErr();
            SettingsFiles.problems(wrong).forEach(problem -> err.println("retry-lab: " + problem));
            return ExitCode.SOFTWARE;
        }
        int settings = config.toMap().size();
        int services = config.services().size();
        spec.commandLine()
                .getOut()
                .println(settings + (settings == 1 ? " setting" : " settings") + ", " + services
                        + (services == 1 ? " service" : " services") + ": right");
        return ExitCode.OK;
    }
}
