package io.forbear.retry.lab;

import io.forbear.retry.export.ImportResult;
import io.forbear.retry.export.Imports;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes settings of ours from those of another library. */
@Command(
        name = "import",
        header = "Makes settings from those of Resilience4j, Spring Retry and Spring.",
        description = {
            "",
            "Reads application.yml or application.properties (resilience4j.*,",
            "spring.rabbitmq.*.retry, spring.kafka.retry.topic) or the annotations",
            "@Retryable of a Java source, and prints properties. What became of each",
            "setting goes to the error stream: kept, changed meaning, needs code, ignored.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "  retry-lab config import application.yml > retries.properties",
            "",
            "Exit codes: 0 done; 1 with --fail-on-code something needs code;",
            "2 the command line or the file is wrong."
        })
final class ConfigImportCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A .yml, .yaml, .properties or .java file.")
    private Path file = Path.of("");

    @Option(names = "--out", paramLabel = "FILE", description = "Where the properties go (default: here).")
    private @Nullable Path out;

    @Option(names = "--fail-on-code", description = "Ends with 1 if something needs code.")
    private boolean failOnCode;

    ConfigImportCommand() {}

    @Override
    public Integer call() throws IOException {
        ImportResult result;
        try {
            Path found = SettingsFiles.existing(file);
            result = Imports.read(String.valueOf(found.getFileName()), Files.readString(found, StandardCharsets.UTF_8));
            if (out != null) {
                OutputFile.writable("--out", out);
            }
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
        PrintWriter err = spec.commandLine().getErr();
        result.report().lines().forEach(err::println);
        err.flush();
        if (out == null) {
            spec.commandLine().getOut().print(result.properties());
            spec.commandLine().getOut().flush();
        } else {
            Files.writeString(out, result.properties());
        }
        boolean needsCode = result.findings().stream().anyMatch(found -> found.kind() == ImportResult.Kind.NEEDS_CODE);
        return failOnCode && needsCode ? ExitCode.SOFTWARE : ExitCode.OK;
    }
}
