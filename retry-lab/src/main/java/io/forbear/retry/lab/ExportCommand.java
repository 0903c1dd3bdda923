package io.forbear.retry.lab;

import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.export.AwsExports;
import io.forbear.retry.export.ExportResult;
import io.forbear.retry.export.ExportTarget;
import io.forbear.retry.export.ExportedPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the policy of a service as the settings of another. */
@Command(
        name = "export",
        header = "Writes the policy of a service as the settings of another.",
        description = {
            "",
            "Targets: grpc, envoy, gateway-api, istio, step-functions, eventbridge,",
            "scheduler, lambda, lambda-stream, sqs, sqs-visibility, batch, batch-timeout,",
            "api-gateway, aws-sdk, resilience4j, spring, spring-retry.",
            "What was clamped, changed and dropped goes to the error stream.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "  retry-lab export --to envoy --service orders orders.properties > orders.yaml",
            "",
            "Exit codes: 0 done; 1 with --fail-on-loss something was clamped, changed or",
            "dropped; 2 the command line or a file is wrong."
        })
final class ExportCommand implements Callable<Integer> {

    private static final String SQS = "sqs";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--to", paramLabel = "TARGET", required = true, description = "Whose settings are written.")
    private String to = "";

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Properties, or a directory with a file for each setting.")
    private List<Path> files = List.of();

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "The service (default: the only one that the files name).")
    private @Nullable String service;

    @Option(
            names = "--errors",
            paramLabel = "NAMES",
            description = "step-functions: the names of ErrorEquals, with commas between.")
    private @Nullable String errors;

    @Option(
            names = "--dead-letter",
            paramLabel = "ARN",
            description = "sqs, eventbridge, scheduler: the queue for what is left.")
    private @Nullable String deadLetter;

    @Option(names = "--out", paramLabel = "FILE", description = "Where the settings go (default: here).")
    private @Nullable Path out;

    @Option(names = "--fail-on-loss", description = "Ends with 1 if something was clamped, changed or dropped.")
    private boolean failOnLoss;

    ExportCommand() {}

    @Override
    public Integer call() throws IOException {
        RetryConfig config = SettingsFiles.config(spec, files);
        ExportResult result;
        try {
            result = export(ExportedPolicy.of(config, name(config)));
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
            spec.commandLine().getOut().print(result.text());
            spec.commandLine().getOut().flush();
        } else {
            Files.writeString(out, result.text());
        }
        return failOnLoss && !result.isFaithful() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private String name(RetryConfig config) {
        Set<String> services = config.services();
        if (service != null) {
            return service;
        }
        if (services.size() > 1) {
            throw new IllegalArgumentException(
                    "--service: none (expected: one of " + String.join(", ", services) + ", or any other name)");
        }
        return services.isEmpty() ? "service" : services.iterator().next();
    }

    private ExportResult export(ExportedPolicy policy) {
        String target = to.trim();
        boolean takesDeadLetter = Set.of(SQS, "eventbridge", "scheduler").contains(target);
        if (deadLetter != null && !takesDeadLetter) {
            throw new IllegalArgumentException(
                    "--dead-letter: " + deadLetter + " (expected: with --to sqs, eventbridge or scheduler)");
        }
        if (errors != null && !target.equals("step-functions")) {
            throw new IllegalArgumentException("--errors: " + errors + " (expected: with --to step-functions)");
        }
        if (target.equals(SQS)) {
            if (deadLetter == null) {
                throw new IllegalArgumentException("--dead-letter: none (expected: the ARN of a queue, with --to sqs)");
            }
            return AwsExports.sqsRedrive(policy, deadLetter);
        }
        if (errors != null) {
            return AwsExports.stepFunctions(policy, Options.words(errors).toArray(String[]::new));
        }
        if (deadLetter != null) {
            return target.equals("scheduler")
                    ? AwsExports.scheduler(policy, deadLetter)
                    : AwsExports.eventBridge(policy, deadLetter);
        }
        return target(target).export(policy);
    }

    private static ExportTarget target(String word) {
        try {
            return ExportTarget.of(word);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "--to: " + word + " (expected: " + ExportTarget.words() + " | " + SQS + ")", unknown);
        }
    }
}
