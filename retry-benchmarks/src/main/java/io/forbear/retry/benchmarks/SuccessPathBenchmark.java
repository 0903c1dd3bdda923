package io.forbear.retry.benchmarks;

import io.forbear.retry.benchmarks.contender.Checks;
import io.forbear.retry.benchmarks.contender.Contender;
import io.forbear.retry.benchmarks.contender.Library;
import io.forbear.retry.benchmarks.contender.Script;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does a call cost that succeeds at its first attempt? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class SuccessPathBenchmark {

    /** The library, shared by all threads; made in the process that measures it, which measures no other. */
    @State(Scope.Benchmark)
    public static class Shared {

        /** Who is measured. */
        @Param({
            "direct",
            "longAdderIncrement",
            "nanoTime",
            "concurrentHashMapGet",
            "concurrentHashMapGetAndCount",
            "forbearBare",
            "forbearBudget",
            "forbearBreaker",
            "forbearFull",
            "forbearFullDeadline",
            "forbearFullClient",
            "forbearFullMetrics",
            "forbearFullTraced",
            "resilience4jRetry",
            "resilience4jRetryAndBreaker",
            "failsafeRetry",
            "failsafeRetryAndBreaker",
            "awsStandard",
            "springCoreRetry",
            "springRetry",
            "gax",
            "smallrye"
        })
        public Contender contender = Contender.direct;

        Library library = operation -> operation;

        /** Sets the library up, which checks that it retries. */
        @Setup
        public void make() {
            library = contender.make();
        }
    }

    /** What each thread calls. */
    @State(Scope.Thread)
    public static class Own {

        Script script = new Script(0);
        Callable<Object> retried = script;

        /** Puts the library around the operation. */
        @Setup
        public void prepare(Shared shared) {
            script = new Script(0);
            retried = shared.library.around(script);
        }

        /** Makes sure that the library still does its work: that no budget ran out and no breaker opened on the way. */
        @TearDown(Level.Iteration)
        public void check(Shared shared) throws Exception {
            Checks.require(retried.call() == script.answer(), shared.contender + ": did not answer");
        }
    }

    /** A call. */
    @Benchmark
    public Object call(Own own) throws Exception {
        return own.retried.call();
    }
}
