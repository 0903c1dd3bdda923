package io.forbear.retry.lab.difference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What changed from one result file to the other. */
public final class Difference {

    /** One figure of one policy in one scenario. */
    record Pair(Measured before, Measured after, Change change) {}

    /** One policy in one scenario. */
    record Row(String policy, Map<Figure, Pair> figures) {

        boolean isChanged() {
            return figures.values().stream().anyMatch(pair -> pair.change() != Change.SAME);
        }
    }

    private final ResultFile before;
    private final ResultFile after;
    private final Map<String, List<Row>> rows = new LinkedHashMap<>();

    private Difference(ResultFile before, ResultFile after) {
        this.before = before;
        this.after = after;
        before.figures().forEach((scenario, policies) -> {
            Map<String, Map<Figure, Measured>> later = after.figures().get(scenario);
            if (later != null) {
                List<Row> found = new ArrayList<>();
                policies.forEach((policy, figures) -> {
                    Map<Figure, Measured> then = later.get(policy);
                    if (then != null) {
                        found.add(row(policy, figures, then));
                    }
                });
                rows.put(scenario, found);
            }
        });
    }

    /**
     * Compares two files.
     *
     * @param before the file that comes first, named A in messages
     * @param after the file that it is compared with, named B
     * @return what changed
     * @throws IllegalArgumentException if they are of different commands or scenarios, or have no policy in common
     */
    public static Difference of(ResultFile before, ResultFile after) {
        if (!before.command().equals(after.command())) {
            throw wrong(after, after.command(), before.command() + ", which wrote A");
        }
        checkScenario(before, after);
        Difference difference = new Difference(before, after);
        if (difference.rows.isEmpty()) {
            throw wrong(
                    after,
                    "scenarios: " + String.join("; ", after.figures().keySet()),
                    "one of those of A: " + String.join("; ", before.figures().keySet()));
        }
        if (difference.rows.values().stream().allMatch(List::isEmpty)) {
            throw wrong(
                    after,
                    "policies: " + String.join(", ", after.settings().keySet()),
                    "one of those of A: " + String.join(", ", before.settings().keySet()));
        }
        return difference;
    }

    private static void checkScenario(ResultFile before, ResultFile after) {
        Set<String> names = new LinkedHashSet<>();
        before.scenario().fieldNames().forEachRemaining(names::add);
        after.scenario().fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            JsonNode was = before.scenario().path(name);
            JsonNode is = after.scenario().path(name);
            if (!was.equals(is)) {
                throw wrong(after, "scenario." + name + ": " + text(is), text(was) + ", as in A");
            }
        }
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }

    private static IllegalArgumentException wrong(ResultFile file, String found, String rule) {
        return new IllegalArgumentException("B: " + file.file() + ": " + found + " (expected: " + rule + ")");
    }

    private static Row row(String policy, Map<Figure, Measured> before, Map<Figure, Measured> after) {
        Map<Figure, Pair> figures = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            Measured was = before.get(figure);
            Measured is = after.get(figure);
            if (was != null && is != null) {
                figures.put(figure, new Pair(was, is, figure.change(was, is)));
            }
        }
        return new Row(policy, figures);
    }

    ResultFile before() {
        return before;
    }

    ResultFile after() {
        return after;
    }

    Map<String, List<Row>> rows() {
        return rows;
    }

    /**
     * Returns whether anything is worse by more than the spread.
     *
     * @return {@code true} if one figure of one policy is
     */
    public boolean isWorse() {
        return count(Change.WORSE) > 0;
    }

    long count(Change change) {
        return rows.values().stream()
                .flatMap(List::stream)
                .flatMap(row -> row.figures().values().stream())
                .filter(pair -> pair.change() == change)
                .count();
    }

    /**
     * Returns what changed, for a console.
     *
     * @param all whether policies of which nothing changed are shown too
     * @return lines
     */
    public String table(boolean all) {
        return new DifferenceTable(this, all).text();
    }

    /** What only one of the files has, by file. */
    List<String> onlyInOne() {
        List<String> lines = new ArrayList<>();
        only(lines, "A", before, after);
        only(lines, "B", after, before);
        return lines;
    }

    private static void only(List<String> lines, String name, ResultFile one, ResultFile other) {
        one.figures().forEach((scenario, policies) -> {
            Map<String, Map<Figure, Measured>> there = other.figures().get(scenario);
            if (there == null) {
                lines.add("Only in " + name + ": " + scenario);
            } else {
                List<String> missing = policies.keySet().stream()
                        .filter(policy -> !there.containsKey(policy))
                        .toList();
                if (!missing.isEmpty()) {
                    lines.add("Only in " + name + ": " + scenario + ": " + String.join(", ", missing));
                }
            }
        });
    }

    /** Policies that are set otherwise. */
    List<String> otherSettings() {
        List<String> lines = new ArrayList<>();
        before.settings().forEach((policy, was) -> {
            @Nullable String is = after.settings().get(policy);
            if (is != null && !is.equals(was)) {
                lines.add("Settings of " + policy + ": " + was + " -> " + is);
            }
        });
        return lines;
    }
}
