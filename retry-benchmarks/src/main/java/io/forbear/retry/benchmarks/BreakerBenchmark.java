package io.forbear.retry.benchmarks;

import io.forbear.retry.benchmarks.contender.Breakers;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does a closed breaker cost an attempt that succeeds: leave and report? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class BreakerBenchmark {

    /** The breaker, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Shared {

        /** Who is measured. */
        @Param({
            "volatileReadAndLongAdder",
            "forbearInEngine",
            "forbearPermit",
            "forbearPermitCountWindow",
            "resilience4jCountWindow",
            "resilience4jTimeWindow",
            "resilience4jTimeWindowLockFree",
            "failsafe"
        })
        public Breakers breaker = Breakers.volatileReadAndLongAdder;

        BooleanSupplier attempt = () -> true;

        /** Makes the breaker. */
        @Setup
        public void make() {
            attempt = breaker.make();
        }

        /** Makes sure that it is still closed. */
        @TearDown
        public void check() {
            io.forbear.retry.benchmarks.contender.Checks.require(attempt.getAsBoolean(), breaker + ": refused");
        }
    }

    /** Leave for one attempt and its success. */
    @Benchmark
    public boolean permissionAndSuccess(Shared shared) {
        return shared.attempt.getAsBoolean();
    }
}
