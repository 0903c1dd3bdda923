package io.forbear.retry.lab;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks, explains and imports settings. */
@Command(
        name = "config",
        header = "Checks and explains a file of settings, and imports those of other libraries.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        subcommands = {ConfigCheckCommand.class, ConfigExplainCommand.class, ConfigImportCommand.class})
final class ConfigCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ConfigCommand() {}

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "config: none (expected: check, explain or import; retry-lab config --help tells more)");
    }
}
