package io.forbear.retry.benchmarks.report;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Lets JMH write its pages into a log, and says one line for each benchmark that has ended. */
final class Progress implements OutputFormat {

    private final OutputFormat pages;
    private final PrintStream out;
    private int ended;

    Progress(PrintStream log, PrintStream out) {
        this.pages = OutputFormatFactory.createFormatInstance(log, VerboseMode.NORMAL);
        this.out = out;
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        pages.endBenchmark(result);
        if (result != null) { // JMH passes null for one that failed
            Result<?> time = result.getPrimaryResult();
            said(
                    subject(result.getParams()),
                    result.getParams().getThreads(),
                    new Figure(time.getScore(), time.getScoreError()) + " " + time.getScoreUnit());
        }
    }

    void said(String subject, int threads, String figure) {
        out.printf("%4d  %s, %d %s: %s%n", ++ended, subject, threads, threads == 1 ? "thread" : "threads", figure);
    }

    private static String subject(BenchmarkParams params) {
        String name = params.getBenchmark();
        StringBuilder text = new StringBuilder(name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1));
        params.getParamsKeys().forEach(key -> text.append(' ').append(params.getParam(key)));
        return text.toString();
    }

    @Override
    public void iteration(BenchmarkParams params, IterationParams iteration, int number) {
        pages.iteration(params, iteration, number);
    }

    @Override
    public void iterationResult(BenchmarkParams params, IterationParams iteration, int number, IterationResult result) {
        pages.iterationResult(params, iteration, number, result);
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        pages.startBenchmark(params);
    }

    @Override
    public void startRun() {
        pages.startRun();
    }

    @Override
    public void endRun(Collection<RunResult> results) {
        pages.endRun(results);
    }

    @Override
    public void print(String text) {
        pages.print(text);
    }

    @Override
    public void println(String text) {
        pages.println(text);
    }

    @Override
    public void flush() {
        pages.flush();
    }

    @Override
    public void close() {
        pages.close();
    }

    @Override
    public void verbosePrintln(String text) {
        pages.verbosePrintln(text);
    }

    @Override
    public void write(int octet) {
        pages.write(octet);
    }

    @Override
    public void write(byte[] octets) throws IOException {
        pages.write(octets);
    }
}
