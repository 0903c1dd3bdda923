package io.forbear.retry.benchmarks.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The command behind {@code bin/bench}: measures, and makes tables, verdicts and pictures of what was measured. */
public final class Bench {

    private static final long QUICK_LIMIT_NANOS = 270_000_000_000L;

    private static final String USAGE = """
            bin/bench [regex] [options of JMH]   measure what matches; results in \
            retry-benchmarks/results/jdk-<n>/custom.*
            bin/bench quick                      success path, retry path, budgets on 1 and 2 threads: a table in \
            under 5 minutes
            bin/bench full                       everything: about 25 minutes; results in \
            retry-benchmarks/results/jdk-<n>/full.*
            bin/bench guard [file.json]...       hold results against the targets; fails if one is broken (default: \
            every full.json)
            bin/bench readme                     write the tables of both pages and \
            docs/images/costs.svg from every full.json
            bin/bench list                       the benchmarks
            JAVA_HOME chooses the JDK.
            """;

    private final Path root;
    private final PrintStream out;

    Bench(Path root, PrintStream out) {
        this.root = root;
        this.out = out;
    }

    /**
     * Runs.
     *
     * @param args see the usage, which {@code help} prints; the system property {@code bench.root} is the folder of the
     *     repository
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Bench bench = new Bench(Path.of(System.getProperty("bench.root", ".")), out);
        int status;
        try {
            status = bench.run(args);
        } catch (IOException | RunnerException | CommandLineOptionException | IllegalArgumentException failure) {
            System.err.println("bench: " + failure.getMessage());
            status = 2;
        }
        System.exit(status);
    }

    int run(String... args) throws IOException, RunnerException, CommandLineOptionException {
        String command = args.length == 0 ? "help" : args[0];
        return switch (command) {
            case "help", "--help", "-h" -> {
                out.print(USAGE);
                yield 0;
            }
            case "quick" -> measure("quick", Preset.quick(), QUICK_LIMIT_NANOS);
            case "full" -> measure("full", Preset.full(), Long.MAX_VALUE);
            case "guard" -> guard(Arrays.copyOfRange(args, 1, args.length));
            case "readme" -> readme();
            case "list" -> {
                new Runner(new OptionsBuilder().build()).list();
                yield 0;
            }
            default -> measure(args);
        };
    }

    // ---- measuring

    private int measure(String name, List<Step> steps, long limitNanos) throws IOException, RunnerException {
        Machine machine = Machine.here();
        warnOf(machine);
        Collection<RunResult> results = new ArrayList<>();
        long begun = System.nanoTime();
        try (PrintStream log = log(name)) {
            Progress progress = new Progress(log, out);
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                long spent = System.nanoTime() - begun;
                if (spent > limitNanos) {
                    out.println("## out of time, not measured: " + step.title());
                    continue;
                }
                out.printf(
                        "## %s, step %d of %d after %d s: %s%n",
                        name, i + 1, steps.size(), spent / 1_000_000_000, step.title());
                results.addAll(new Runner(step.options(), progress).run());
                write(name, results, machine); // after each step, so that a run which is stopped leaves what it has
            }
        }
        show(name, machine);
        out.printf("%d benchmarks in %d s%n", results.size(), (System.nanoTime() - begun) / 1_000_000_000);
        return 0;
    }

    private int measure(String... args) throws IOException, RunnerException, CommandLineOptionException {
        Machine machine = Machine.here();
        warnOf(machine);
        Options given = new CommandLineOptions(args);
        Options options =
                new OptionsBuilder().parent(given).addProfiler(GCProfiler.class).build();
        try (PrintStream log = log("custom")) {
            write("custom", new Runner(options, new Progress(log, out)).run(), machine);
        }
        show("custom", machine);
        return 0;
    }

    /** Where JMH's pages go. */
    private PrintStream log(String name) throws IOException {
        Path file = Files.createDirectories(folder()).resolve(name + ".log");
        out.println("## JMH's own output: " + root.relativize(file));
        return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    }

    /** Ends a run: the table of the contenders where there are any, else all lines; the machine; the files. */
    void show(String name, Machine machine) throws IOException {
        Path file = folder().resolve(name + ".json");
        Results results = Results.read(file);
        String paths = PathTable.of(results);
        out.println();
        out.println(paths.isEmpty() ? ResultTable.of(results, machine) : paths);
        out.println(
                "Time is per operation and thread, ± half of the 99.9 % confidence interval; B is bytes allocated.");
        out.println(machine.asText());
        out.println("Every line: " + root.relativize(file.resolveSibling(name + ".md")) + ", " + root.relativize(file));
    }

    private void warnOf(Machine machine) {
        if (machine.isBusy()) {
            out.println("## the machine is busy, the figures will be noise: " + machine.asText());
        }
    }

    private void write(String name, Collection<RunResult> results, Machine machine) throws IOException {
        Path folder = Files.createDirectories(folder());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream json = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        ResultFormatFactory.getInstance(ResultFormatType.JSON, json).writeOut(results);
        json.flush();
        Path file = folder.resolve(name + ".json");
        Files.write(file, withoutPaths(bytes.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        machine.write(folder.resolve(name + ".properties"));
        Files.writeString(folder.resolve(name + ".md"), ResultTable.of(Results.read(file), machine));
    }

    /** Where the JDK and the temporary files of one machine lie is nothing to keep. */
    static String withoutPaths(String json) {
        return json.replaceAll("(\"jvm\" : \")[^\"]*[/\\\\]", "$1")
                .replaceAll("(?m)^(\\s*)\"-D(bench|java\\.io)\\.[^\"]*\",?\\R", "");
    }

    /** Where the results of this JDK are. */
    private Path folder() {
        return resultsFolder().resolve("jdk-" + Readme.feature(System.getProperty("java.version")));
    }

    private Path resultsFolder() {
        return root.resolve("retry-benchmarks").resolve("results");
    }

    // ---- what is made of it

    /** Every full run, older JDKs first. */
    private List<Path> fullRuns() throws IOException {
        if (!Files.isDirectory(resultsFolder())) {
            throw new IOException("results: none (expected: those of bin/bench full)");
        }
        try (Stream<Path> folders = Files.list(resultsFolder())) {
            List<Path> runs = folders.map(folder -> folder.resolve("full.json"))
                    .filter(Files::exists)
                    .sorted(Comparator.comparing(Bench::jdkOf))
                    .toList();
            if (runs.isEmpty()) {
                throw new IOException("results: none (expected: those of bin/bench full)");
            }
            return runs;
        }
    }

    private static int jdkOf(Path run) {
        String digits = run.getParent().getFileName().toString().replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private int guard(String... files) throws IOException {
        List<Path> runs =
                files.length == 0 ? fullRuns() : Stream.of(files).map(Path::of).toList();
        boolean fails = false;
        for (Path run : runs) {
            Guard guard = new Guard(Results.read(run));
            out.println("# " + run + "\n\n" + guard.table());
            fails |= guard.fails();
        }
        return fails ? 1 : 0;
    }

    private int readme() throws IOException {
        List<Results> runs = new ArrayList<>();
        List<Machine> machines = new ArrayList<>();
        for (Path run : fullRuns()) {
            runs.add(Results.read(run));
            machines.add(Machine.read(run.resolveSibling("full.properties")));
        }
        write(Readme.PAGE, Readme.section(runs, machines));
        write(Readme.FULL_PAGE, Readme.fullSection(runs, machines));
        Path chart = root.resolve("docs").resolve("images").resolve("costs.svg");
        Files.createDirectories(chart.getParent());
        int newest = runs.size() - 1;
        Files.writeString(chart, new CostChart(runs.get(newest), machines.get(newest)).svg());
        for (Path run : fullRuns()) {
            Path verdicts = run.resolveSibling("guard.md");
            Files.writeString(verdicts, "# Targets\n\n" + new Guard(Results.read(run)).table());
            out.println("written: " + root.relativize(verdicts));
        }
        out.println("written: " + root.relativize(chart));
        return 0;
    }

    private void write(String page, String section) throws IOException {
        Path file = root.resolve(page);
        Files.writeString(file, Readme.withSection(page, Files.readString(file), section));
        out.println("written: " + page);
    }
}
