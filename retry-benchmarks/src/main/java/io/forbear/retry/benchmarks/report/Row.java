package io.forbear.retry.benchmarks.report;

import java.util.Map;

/**
 * One line of results.
 *
 * @param benchmark class and method, such as {@code BudgetBenchmark.withdraw}
 * @param params the parameters
 * @param threads how many threads ran it at once
 * @param forks how many processes
 * @param time time per operation, per thread
 * @param unit the unit of it
 * @param bytes bytes allocated per operation; NaN where nobody looked
 */
record Row(
        String benchmark, Map<String, String> params, int threads, int forks, Figure time, String unit, Figure bytes) {

    /** What is measured: the values of the parameters, else the method. */
    String subject() {
        String method = benchmark.substring(benchmark.indexOf('.') + 1);
        return params.isEmpty() ? method : String.join(", ", params.values());
    }

    boolean is(String wanted, int wantedThreads, String... values) {
        return benchmark.equals(wanted)
                && threads == wantedThreads
                && params.size() == values.length
                && params.values().containsAll(java.util.List.of(values));
    }
}
