package io.forbear.retry.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What results write into pages: into the README a chart and a table of six contenders, into the page on performance
 * the table of all. Each cell has a figure for each JDK.
 */
final class Readme {

    static final String PAGE = "README.md";
    static final String FULL_PAGE = "docs/internals/performance.md";
    static final String BEGIN = "<!-- benchmarks: written by bin/bench readme -->";
    static final String END = "<!-- benchmarks: end -->";

    private static final List<String> BENCHMARKS =
            List.of("SuccessPathBenchmark.call", "RetryPathBenchmark.call", "ExhaustedPathBenchmark.call");

    /** The contenders of the README: the usual set-up of each library that has one beside ours. */
    private static final List<String> SIX = List.of(
            "longAdderIncrement",
            "forbearFull",
            "resilience4jRetryAndBreaker",
            "failsafeRetryAndBreaker",
            "awsStandard",
            "springCoreRetry");

    private Readme() {}

    /**
     * Replaces what is between the marks.
     *
     * @throws IllegalArgumentException if a mark is missing or they are in the wrong order
     */
    static String withSection(String page, String text, String section) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(page + ": no marks (expected: \"" + BEGIN + "\", then \"" + END + "\")");
        }
        return text.substring(0, begin + BEGIN.length()) + "\n" + section + text.substring(end);
    }

    /** Returns the section of the README; the runs are those of each JDK, older ones first. */
    static String section(List<Results> runs, List<Machine> machines) {
        return "\n![What a call costs under each library](docs/images/costs.svg)\n\n" + table(runs, machines, SIX);
    }

    /** Returns the section of the page on performance. */
    static String fullSection(List<Results> runs, List<Machine> machines) {
        return "\n" + table(runs, machines, shown(runs));
    }

    private static String table(List<Results> runs, List<Machine> machines, Iterable<String> contenders) {
        StringBuilder text = new StringBuilder();
        List<String> versions = runs.stream().map(run -> feature(run.jdk())).toList();
        text.append("Nanoseconds per call on one thread, JDK ")
                .append(String.join(" / ", versions))
                .append(": ")
                .append(machines.get(machines.size() - 1).cpu())
                .append(", ")
                .append(machines.get(machines.size() - 1).date())
                .append(".\nThree attempts in all, no waits; *B* is what a call allocates.\n\n")
                .append("| | succeeds at once | B | succeeds at the third attempt | B | gives up after three | B |\n")
                .append("|---|--:|--:|--:|--:|--:|--:|\n");
        for (String contender : contenders) {
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
