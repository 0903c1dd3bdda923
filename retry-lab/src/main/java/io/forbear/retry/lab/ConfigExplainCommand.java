package io.forbear.retry.lab;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says of each value of a service where it comes from. */
@Command(
        name = "explain",
        header = "Says of each value of a service where it comes from.",
        description = {"", "Values of a preset and defaults of the library are told too.", ""},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "  retry-lab config explain orders.properties --service orders",
            "",
            "Exit codes: 0 done; 2 the command line or a file is wrong."
        })
final class ConfigExplainCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Properties, or a directory with a file for each setting.")
    private List<Path> files = List.of();

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "One service (default: each that the files name, and what holds for any other).")
    private @Nullable String service;

    ConfigExplainCommand() {}

    @Override
    public Integer call() {
        RetryConfig config = SettingsFiles.config(spec, files);
        List<String> services = new ArrayList<>(service == null ? config.services() : List.of(service));
        if (service == null) {
            services.add("");
        }
        PrintWriter console = spec.commandLine().getOut();
        try (RetryRegistry registry = RetryRegistry.builder().build(config)) {
            for (String name : services) {
                console.println(name.isEmpty() ? "any other service" : name);
                registry.explain(name.isEmpty() ? "any other service" : name)
                        .lines()
                        .forEach(line -> console.println("  " + line));
                console.println();
            }
        }
        console.flush();
        return ExitCode.OK;
    }
}
