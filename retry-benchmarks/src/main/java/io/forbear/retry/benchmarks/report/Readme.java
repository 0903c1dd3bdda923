package io.forbear.retry.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of the README that results write: a chart, and a table of the contenders with one column for each JDK. */
final class Readme {

    static final String BEGIN = "<!-- benchmarks: written by bin/bench readme -->";
    static final String END = "<!-- benchmarks: end -->";

    private static final List<String> BENCHMARKS =
            List.of("SuccessPathBenchmark.call", "RetryPathBenchmark.call", "ExhaustedPathBenchmark.call");

    private Readme() {}

    /**
     * Replaces what is between the marks.
     *
     * @throws IllegalArgumentException if a mark is missing or they are in the wrong order
     */
    static String withSection(String readme, String section) {
        int begin = readme.indexOf(BEGIN);
        int end = readme.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "README.md: no marks (expected: \"" + BEGIN + "\", then \"" + END + "\")");
        }
        return readme.substring(0, begin + BEGIN.length()) + "\n" + section + readme.substring(end);
    }

    /** Returns the section; the runs are those of each JDK, older ones first. */
    static String section(List<Results> runs, List<Machine> machines) {
        StringBuilder text = new StringBuilder("\n![What a call costs under each library](docs/images/costs.svg)\n\n");
        List<String> versions = runs.stream().map(run -> feature(run.jdk())).toList();
        text.append("Nanoseconds per call on one thread, JDK ")
                .append(String.join(" / ", versions))
                .append(": ")
                .append(machines.get(machines.size() - 1).cpu())
                .append(", ")
                .append(machines.get(machines.size() - 1).date())
                .append(". Three attempts in all, no waits; *B* is what a call allocates.\n\n")
                .append("| | succeeds at once | B | succeeds at the third attempt | B | gives up after three | B |\n")
                .append("|---|--:|--:|--:|--:|--:|--:|\n");
        for (String contender : shown(runs)) {
            text.append("| ").append(Names.of(contender));
            for (String benchmark : BENCHMARKS) {
                text.append(" | ")
                        .append(times(runs, benchmark, contender))
                        .append(" | ")
                        .append(bytes(runs, benchmark, contender));
            }
            text.append(" |\n");
        }
        return text.append('\n').toString();
    }

    /**
     * In the order of {@link Names}; the two set-ups of the AWS SDK are one contender, the one with room where calls
     * fail.
     */
    private static Set<String> shown(List<Results> runs) {
        Set<String> shown = new LinkedHashSet<>();
        for (String contender : Names.inOrder()) {
            if (!contender.equals("awsStandardWithRoom")
                    && runs.stream()
                            .anyMatch(run -> BENCHMARKS.stream().anyMatch(benchmark -> find(run, benchmark, contender)
                                    .isPresent()))) {
                shown.add(contender);
            }
        }
        return shown;
    }

    private static Optional<Row> find(Results run, String benchmark, String contender) {
        return run.find(benchmark, 1, contender)
                .or(() -> contender.equals("awsStandard")
                        ? run.find(benchmark, 1, "awsStandardWithRoom")
                        : Optional.empty());
    }

    private static String times(List<Results> runs, String benchmark, String contender) {
        List<String> times = new ArrayList<>();
        for (Results run : runs) {
            times.add(find(run, benchmark, contender)
                    .map(row -> row.time().toString())
                    .orElse("–"));
        }
        return times.stream().allMatch("–"::equals) ? "" : String.join(" / ", times);
    }

    /** The bytes of the newest JDK that has any. */
    private static String bytes(List<Results> runs, String benchmark, String contender) {
        String bytes = "";
        for (Results run : runs) {
            bytes = find(run, benchmark, contender).map(ResultTable::bytes).orElse(bytes);
        }
        return bytes.replace(" B", "");
    }

    static String feature(String version) {
        return version.replaceAll("[^0-9].*", "");
    }
}
