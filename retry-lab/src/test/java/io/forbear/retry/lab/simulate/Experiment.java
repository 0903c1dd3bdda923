package io.forbear.retry.lab.simulate;

import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.ToDoubleFunction;

/** A published experiment, run by the scenario of the lab, and figures beside those that were published. */
final class Experiment {

    private final String name;
    private final List<Row> rows = new ArrayList<>();

    Experiment(String name) {
        this.name = name;
    }

    /**
     * One figure.
     *
     * @param what which case of the experiment, and which figure
     * @param published its mean
     * @param ours our mean
     * @param most how far they may be apart: by chance, or as the source says
     */
    record Row(String what, double published, double ours, double most) {

        boolean agrees() {
            return Math.abs(ours - published) <= most;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%s: published %.4f, ours %.4f, at most %.4f apart", what, published, ours, most);
        }
    }

    /**
     * A figure of many runs.
     *
     * @param mean of all runs
     * @param deviation from run to run
     * @param runs how many
     */
    record Sample(double mean, double deviation, int runs) {

        static Sample of(List<Figures> runs, ToDoubleFunction<Figures> figure) {
            double mean = runs.stream().mapToDouble(figure).average().orElseThrow();
            double squares = runs.stream()
                    .mapToDouble(run -> Math.pow(figure.applyAsDouble(run) - mean, 2))
                    .sum();
            return new Sample(mean, Math.sqrt(squares / Math.max(1, runs.size() - 1)), runs.size());
        }

        /**
         * What two means of the same figure may differ by if only chance makes the difference: four standard errors of
         * it, by the larger of the two deviations, for that of few runs is itself a matter of chance.
         */
        double apart(Sample other) {
            return 4 * Math.max(deviation, other.deviation) * Math.sqrt(1.0 / runs + 1.0 / other.runs);
        }
    }

    String name() {
        return name;
    }

    List<Row> rows() {
        return rows;
    }

    List<Row> differing() {
        return rows.stream().filter(row -> !row.agrees()).toList();
    }

    /** Adds a figure that chance alone may move, or rounding by this much. */
    void compare(String what, Sample published, Sample ours, double rounding) {
        rows.add(new Row(what, published.mean(), ours.mean(), published.apart(ours) + rounding));
    }

    void compare(String what, double published, double ours, double most) {
        rows.add(new Row(what, published, ours, most));
    }

    /** The scenario of the lab's file, of which some words are others. */
    static Scenario scenario(String file, String... replaced) {
        return read(file, replaced).scenario(fleet(file, replaced));
    }

    private static ScenarioFile read(String file, String... replaced) {
        String text = resource("/io/forbear/retry/lab/published/" + file + ".yaml");
        for (int i = 0; i < replaced.length; i += 2) {
            if (!text.contains(replaced[i])) {
                throw new IllegalArgumentException(file + ": " + replaced[i] + " (expected: a part of its text)");
            }
            text = text.replace(replaced[i], replaced[i + 1]);
        }
        return new ScenarioReader(file + ".yaml").read(text);
    }

    private static FleetShape fleet(String file, String... replaced) {
        ScenarioFile read = read(file, replaced);
        FleetShape shape = read.fleet().orElseThrow();
        return new FleetShape(
                shape.clients(), shape.callsPerClient(), read.utilisation().orElse(0.7));
    }

    /** The control of a policy that the file names. */
    static Control.Maker policy(String file, String policy) {
        Properties settings =
                Objects.requireNonNull(Presets.named(file).policies().get(policy), policy);
        return SimulatedPolicies.own(policy, policy, settings).maker();
    }

    static List<Figures> runs(Scenario scenario, Control.Maker policy, int runs) {
        List<Figures> all = new ArrayList<>();
        for (int seed = 1; seed <= runs; seed++) {
            all.add(Simulation.run(scenario, policy, seed));
        }
        return all;
    }

    /** Rows of a published table, by the names of its columns. */
    static List<Map<String, String>> table(String file) {
        List<String> lines = resource("/published/" + file)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        String[] columns = lines.get(0).split(",");
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(",", -1);
            if (values.length != columns.length || line.equals(lines.get(0))) {
                continue;
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < columns.length; i++) {
                row.put(columns[i], values[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    static double number(Map<String, String> row, String column) {
        return Double.parseDouble(Objects.requireNonNull(row.get(column), column));
    }

    private static String resource(String path) {
        try (InputStream in = Objects.requireNonNull(Experiment.class.getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
