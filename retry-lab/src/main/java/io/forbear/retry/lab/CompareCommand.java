package io.forbear.retry.lab;

import io.forbear.retry.lab.difference.Difference;
import io.forbear.retry.lab.difference.ResultFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what changed from one result to another. */
@Command(
        name = "compare",
        header = "Shows what changed between two results of storm or of simulate.",
        description = {
            "",
            "Reads two files that --json wrote, and shows for each scenario the policies",
            "of which a figure changed. A change is within the spread (~) where each",
            "file's mean lies in the range of the other.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "Exit codes: 0 done, whatever changed; 1 with --fail-on-worse something is",
            "worse by more than the spread; 2 the command line or a file is wrong."
        })
final class CompareCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A.json", description = "The earlier result.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "B.json", description = "The later result.")
    private Path after = Path.of("");

    @Option(names = "--all", description = "Shows policies of which nothing changed too.")
    private boolean all;

    @Option(names = "--fail-on-worse", description = "Ends with 1 if something is worse by more than the spread.")
    private boolean failOnWorse;

    CompareCommand() {}

    @Override
    public Integer call() {
        Difference difference;
        try {
            difference = Difference.of(read("A", before), read("B", after));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter console = spec.commandLine().getOut();
        console.print(difference.table(all));
        console.flush();
        return failOnWorse && difference.isWorse() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private static ResultFile read(String name, Path file) {
        try {
            return ResultFile.read(file);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }
}
