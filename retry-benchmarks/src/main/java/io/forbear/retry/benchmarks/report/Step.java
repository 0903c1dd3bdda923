package io.forbear.retry.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * A part of a preset: some benchmarks, measured alike.
 *
 * @param methods which, as a regular expression over class and method
 * @param param the parameter of which only some values are measured; empty for all
 * @param values those values
 * @param threads on how many threads at once
 * @param effort how long
 */
record Step(String methods, String param, List<String> values, int threads, Effort effort) {

    /**
     * How long each line is measured.
     *
     * @param forks processes
     * @param warmups iterations before the figures count
     * @param iterations iterations that count
     * @param millis the length of each
     */
    record Effort(int forks, int warmups, int iterations, int millis) {}

    static Step all(String methods, int threads, Effort effort) {
        return new Step(methods, "", List.of(), threads, effort);
    }

    static Step some(String methods, String param, int threads, Effort effort, String... values) {
        return new Step(methods, param, List.of(values), threads, effort);
    }

    Step onThreads(int other) {
        return new Step(methods, param, values, other, effort);
    }

    Options options() {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + methods + "$")
                .threads(threads)
                .forks(effort.forks())
                .warmupIterations(effort.warmups())
                .measurementIterations(effort.iterations())
                .warmupTime(new TimeValue(effort.millis(), TimeUnit.MILLISECONDS))
                .measurementTime(new TimeValue(effort.millis(), TimeUnit.MILLISECONDS))
                .addProfiler(GCProfiler.class)
                // a benchmark that fails leaves the others alone; the guard misses its line
                .shouldFailOnError(false);
        if (!values.isEmpty()) {
            options.param(param, values.toArray(String[]::new));
        }
        return options.build();
    }

    /** What is printed when the step begins. */
    String title() {
        List<String> parts = new ArrayList<>(Arrays.asList(
                methods.replace("\\.", ".").replace(".*", ""), threads + (threads == 1 ? " thread" : " threads")));
        if (!values.isEmpty()) {
            parts.add(values.size() + " contenders");
        }
        return String.join(", ", parts);
    }
}
