package io.forbear.retry.benchmarks;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.benchmarks.contender.Checks;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.redis.FleetBudget;
import io.forbear.retry.redis.StoreConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** What does it cost to pay a retry from a budget that a fleet shares, beside a token bucket of this process? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class FleetBudgetBenchmark {

    /** Whose budget. */
    public enum Kind {
        /** Of this process alone. */
        tokenBucket,
        /** Leased from a store. */
        fleet
    }

    /** Grants whatever is asked, at once, as a store does that has much. */
    private static final class Generous implements StoreConnection {

        private static final int GRANTED = 9;
        private static final int ASKED = 10;

        private final long most;

        Generous(long most) {
            this.most = most;
        }

        @Override
        public CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments) {
            long granted = Long.parseLong(arguments.get(GRANTED));
            long fresh = Math.min(Long.parseLong(arguments.get(ASKED)), most);
            return CompletableFuture.completedFuture(List.of(granted + fresh, most, 1L, System.currentTimeMillis()));
        }

        @Override
        public CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments) {
            return evalsha(script, keys, arguments);
        }
    }

    /** A budget. */
    @State(Scope.Benchmark)
    public static class Budgets {

        /** Whose. */
        @Param
        public Kind kind = Kind.tokenBucket;

        @Nullable
        private FleetBudget fleet;

        RetryBudget rich = RetryBudgets.create(RetryBudgets.unlimited());
        RetryBudget poor = rich;

        /** Makes one budget that has tokens and one that never has. */
        @Setup
        public void make() {
            if (kind == Kind.tokenBucket) {
                rich = RetryBudgets.create(RetryBudgets.tokenBucket(1000).refill(1000, Duration.ofSeconds(1)));
                poor = RetryBudgets.create(
                        RetryBudgets.tokenBucket(1).initial(0).refill(0.001, Duration.ofHours(1)));
            } else {
                FleetBudget generous = FleetBudget.of(new Generous(RetryBudget.TOKEN * 1000), "rich");
                fleet = generous;
                rich = generous.create(NanoClock.system());
                poor = FleetBudget.builder(new Generous(0), "poor")
                        .initial(0)
                        .build()
                        .create(NanoClock.system());
                while (rich.balance() < 4 * RetryBudget.TOKEN) {
                    rich.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0);
                    Thread.onSpinWait();
                }
            }
            check();
        }

        /** Makes sure that the one granted and the other refused to the end. */
        @TearDown
        public void check() {
            Checks.require(withdraw(rich) > 0, kind + ": refused");
            Checks.require(withdraw(poor) < 0, kind + ": granted");
        }

        /** Ends the lease. */
        @TearDown
        public void close() {
            if (fleet != null) {
                fleet.close();
            }
        }
    }

    static long withdraw(RetryBudget budget) {
        return budget.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0);
    }

    /** A withdrawal that is granted, and given back, so that it can go on for ever. */
    @Benchmark
    public long withdrawAndRefund(Budgets budgets) {
        long taken = withdraw(budgets.rich);
        budgets.rich.refund(taken);
        return taken;
    }

    /** A withdrawal that is refused. */
    @Benchmark
    public long refusal(Budgets budgets) {
        return withdraw(budgets.poor);
    }
}
