package io.forbear.retry.benchmarks;

import io.forbear.retry.benchmarks.budget.Kind;
import io.forbear.retry.benchmarks.budget.Purse;
import io.forbear.retry.benchmarks.contender.Checks;
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

/** What does it cost to pay for a retry, to be refused one, and to tell a budget of a success? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class BudgetBenchmark {

    /** A purse that grants every withdrawal. */
    @State(Scope.Benchmark)
    public static class Rich {

        /** Who is measured. Finagle's has no withdrawal without a deposit: see the pair. */
        @Param({
            "compareAndSet",
            "compareAndSetAndNanoTime",
            "locked",
            "forbearTokenBucket",
            "forbearRatio",
            "forbearQuota",
            "forbearGrpcThrottle",
            "forbearConcurrencyShare",
            "forbearAllOf",
            "aws",
            "bucket4j",
            "guava"
        })
        public Kind kind = Kind.volatileRead;

        Purse purse = () -> false;

        /** Fills the purse. */
        @Setup(Level.Iteration)
        public void fill() {
            purse = kind.make(io.forbear.retry.benchmarks.budget.Level.HALF);
            check();
        }

        /** Makes sure that withdrawals were granted until the end. */
        @TearDown(Level.Iteration)
        public void check() {
            Checks.require(purse.withdraw(), kind + ": refused");
        }
    }

    /** A purse that refuses every withdrawal. */
    @State(Scope.Benchmark)
    public static class Poor {

        /** Who is measured. */
        @Param({
            "volatileRead",
            "compareAndSet",
            "locked",
            "forbearTokenBucket",
            "forbearRatio",
            "forbearQuota",
            "forbearGrpcThrottle",
            "forbearConcurrencyShare",
            "forbearTokenBucketAtKnownTime",
            "forbearRatioAtKnownTime",
            "finagle",
            "aws",
            "bucket4j",
            "guava"
        })
        public Kind kind = Kind.volatileRead;

        Purse purse = () -> false;

        /** Empties the purse. */
        @Setup(Level.Iteration)
        public void empty() {
            purse = kind.make(io.forbear.retry.benchmarks.budget.Level.EMPTY);
            check();
        }

        /** Makes sure that withdrawals were refused until the end. */
        @TearDown(Level.Iteration)
        public void check() {
            Checks.require(!purse.withdraw(), kind + ": granted");
        }
    }

    /** A purse in which there is no room. */
    @State(Scope.Benchmark)
    public static class Full {

        /** Who is measured. Finagle's is never full. */
        @Param({"volatileRead", "compareAndSet", "locked", "forbearRatio", "forbearQuota", "forbearGrpcThrottle", "aws"
        })
        public Kind kind = Kind.volatileRead;

        Purse purse = () -> false;

        /** Fills the purse. */
        @Setup(Level.Iteration)
        public void fill() {
            purse = kind.make(io.forbear.retry.benchmarks.budget.Level.FULL);
            for (int i = 0; i < 1000; i++) {
                purse.deposit();
            }
        }
    }

    /** A purse in which there is room for every deposit. */
    @State(Scope.Benchmark)
    public static class Roomy {

        /** Who is measured. */
        @Param({"compareAndSet", "locked", "forbearRatio", "forbearQuota", "forbearAdaptiveThrottle", "finagle", "aws"})
        public Kind kind = Kind.volatileRead;

        Purse purse = () -> false;

        /** Makes the purse. */
        @Setup(Level.Iteration)
        public void make() {
            purse = kind.make(io.forbear.retry.benchmarks.budget.Level.HALF);
        }
    }

    /** A purse from which each call takes what it has put in. */
    @State(Scope.Benchmark)
    public static class Turning {

        /** Who is measured. */
        @Param({"compareAndSet", "locked", "forbearRatio", "forbearQuota", "forbearAdaptiveThrottle", "finagle", "aws"})
        public Kind kind = Kind.volatileRead;

        Purse purse = () -> false;

        /** Makes the purse. */
        @Setup(Level.Iteration)
        public void make() {
            purse = kind.make(io.forbear.retry.benchmarks.budget.Level.HALF);
        }

        /** Makes sure that withdrawals were granted until the end. */
        @TearDown(Level.Iteration)
        public void check() {
            purse.deposit();
            Checks.require(purse.withdraw(), kind + ": refused");
        }
    }

    /** A withdrawal that is granted. */
    @Benchmark
    public boolean withdraw(Rich rich) {
        return rich.purse.withdraw();
    }

    /** A withdrawal that is refused. */
    @Benchmark
    public boolean refusal(Poor poor) {
        return poor.purse.withdraw();
    }

    /** A success told to a full budget. */
    @Benchmark
    public void depositWhenFull(Full full) {
        full.purse.deposit();
    }

    /** A success told to a budget with room. */
    @Benchmark
    public void depositWhenNotFull(Roomy roomy) {
        roomy.purse.deposit();
    }

    /** A success told, and a withdrawal that is granted. */
    @Benchmark
    public boolean depositAndWithdraw(Turning turning) {
        turning.purse.deposit();
        return turning.purse.withdraw();
    }
}
