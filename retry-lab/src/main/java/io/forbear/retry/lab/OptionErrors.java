package io.forbear.retry.lab;

import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells in one line what is wrong with a command line and what is allowed. */
final class OptionErrors implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        command.getErr()
                .println("retry-lab: "
                        + message(error, command)
                                .replaceAll(":\\s*\\R\\s*", ": ")
                                .replaceAll("\\s*\\R\\s*", "; "));
        return CommandLine.ExitCode.USAGE;
    }

    private static String message(ParameterException error, CommandLine command) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            String found = unmatched.getUnmatched().get(0);
            boolean top = command.getParent() == null;
            String what = found.startsWith("-") ? "option" : top ? "command" : "argument";
            return what + ": " + found + " (expected: "
                    + (top ? "storm, simulate, plan, sweep, compare, fleet, config, export, " : "") + options(command)
                    + ")";
        }
        if (error instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            return option.longestName() + ": no value (expected: " + option.paramLabel() + ")";
        }
        if (error instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().get(0) instanceof PositionalParamSpec argument) {
            return argument.paramLabel() + ": no value (expected: " + argument.description()[0] + ")";
        }
        return String.valueOf(error.getMessage());
    }

    private static String options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .collect(Collectors.joining(", "));
    }
}
