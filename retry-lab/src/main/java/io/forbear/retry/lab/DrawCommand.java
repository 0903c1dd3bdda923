package io.forbear.retry.lab;

import io.forbear.retry.lab.report.Reports;
import java.io.IOException;
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

/** Draws report and chart once more from the figures of an earlier run. */
@Command(
        name = "draw",
        hidden = true,
        description = "Draws the report and the chart from the figures of an earlier run.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DrawCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "JSON", description = "What --json wrote.")
    private Path figures = Path.of("");

    @Option(names = "--html", paramLabel = "FILE", description = "Where the report goes.")
    private @Nullable Path html;

    @Option(names = "--svg", paramLabel = "FILE", description = "Where the chart goes.")
    private @Nullable Path svg;

    DrawCommand() {}

    @Override
    public Integer call() throws IOException {
        if (!Files.isReadable(figures)) {
            throw new ParameterException(
                    spec.commandLine(), "JSON: " + figures + " (expected: a file that storm --json wrote)");
        }
        Reports reports;
        try {
            reports = Reports.read(figures);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "JSON: " + figures + " (expected: a file that storm --json wrote)", e);
        }
        if (html != null) {
            reports.writeHtml(html);
        }
        if (svg != null) {
            reports.writeSvg(svg);
        }
        return ExitCode.OK;
    }
}
