package io.forbear.retry.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.lab.fleet.FleetFigures;
import io.forbear.retry.lab.fleet.FleetReader;
import io.forbear.retry.lab.fleet.FleetTable;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the budget of a running fleet as its store has it. */
@Command(
        name = "fleet",
        header = "Shows the retry budget that a running fleet shares.",
        description = {
            "",
            "Reads balance, processes and denials from the Redis or Valkey that the fleet leases from, and writes",
            "nothing there. No process is asked.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "  retry-lab fleet users --store redis://127.0.0.1:6379 --watch 2",
            "",
            "Exit codes: 0 done; 1 the store does not answer or has no such budget; 2 the command line is wrong;",
            "130 stopped by Ctrl-C."
        })
final class FleetCommand implements Callable<Integer> {

    private static final int MOST_HOLDERS = 1000;
    private static final int LONGEST_WATCH = 3600;
    private static final int LOOK_MILLIS = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "SERVICE", description = "the name under which processes share the budget")
    private String service = "";

    @Option(
            names = "--store",
            paramLabel = "URI",
            defaultValue = "redis://127.0.0.1:6379",
            description = "Where the budget is kept, as redis://USER:PASSWORD@HOST:PORT or rediss:// with TLS"
                    + " (default: ${DEFAULT-VALUE}).")
    private String store = "";

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many processes are shown one by one, 0 to 1000, those whose last message is the newest"
                    + " (default: ${DEFAULT-VALUE}).")
    private String processes = "";

    @Option(
            names = "--watch",
            paramLabel = "SECONDS",
            description = "Shows it again each so often, 1 to 3600, until Ctrl-C (default: once).")
    private @Nullable String watch;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the figures go too, those read last.")
    private @Nullable Path json;

    FleetCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        int most;
        int seconds;
        String address;
        try {
            address = address();
            most = Options.number("--processes", processes, 0, MOST_HOLDERS, "0 to " + MOST_HOLDERS);
            seconds = watch == null
                    ? 0
                    : Options.number("--watch", watch, 1, LONGEST_WATCH, "1 to " + LONGEST_WATCH + " seconds");
            if (json != null) {
                OutputFile.writable("--json", json);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        try (FleetReader reader = FleetReader.connect(store)) {
            int code = show(reader, most);
            while (seconds > 0 && !pause(seconds)) {
                code = show(reader, most);
            }
            return StopSignal.stopped() ? StormCommand.STOPPED : code;
        } catch (RedisException e) {
            return unreachable(address, e);
        }
    }

    /** The URI itself is not told: it may have a password. */
    private String address() {
        try {
            return FleetReader.address(store);
        } catch (IllegalArgumentException e) {
            throw Options.refused("--store", "no URI of a store", "such as redis://127.0.0.1:6379", e);
        }
    }

    private int show(FleetReader reader, int most) throws IOException {
        FleetFigures figures;
        try {
            figures = reader.read(service, most);
        } catch (NoSuchElementException missing) {
            return failed("SERVICE: " + service, "a budget in use; the store has no key " + missing.getMessage());
        } catch (RedisException e) {
            return unreachable(reader.store(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(FleetTable.of(figures));
        out.println();
        out.flush();
        if (json != null) {
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), figures);
        }
        return ExitCode.OK;
    }

    private int unreachable(String address, RedisException e) {
        return failed("--store: " + address, "a Redis or Valkey that answers; " + told(e));
    }

    private int failed(String found, String rule) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("retry-lab: " + found + " (expected: " + rule + ")");
        err.flush();
        return ExitCode.SOFTWARE;
    }

    private static String told(RedisException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Waits; tells whether the user has stopped it meanwhile. */
    private static boolean pause(int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!StopSignal.stopped() && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return StopSignal.stopped();
    }
}
