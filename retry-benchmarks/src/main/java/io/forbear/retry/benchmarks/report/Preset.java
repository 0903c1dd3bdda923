package io.forbear.retry.benchmarks.report;

import io.forbear.retry.benchmarks.report.Step.Effort;
import java.util.ArrayList;
import java.util.List;

/** What {@code quick} and {@code full} measure. */
final class Preset {

    private static final String CONTENDER = "contender";
    private static final String KIND = "kind";
    private static final Effort QUICK = new Effort(1, 3, 3, 300);
    /** Whole libraries need longer until the compiler has all of them. */
    private static final Effort LIBRARIES = new Effort(2, 4, 5, 300);

    private static final Effort PARTS = new Effort(2, 3, 5, 250);
    /** The million pending retries take as long as they take; the length of an iteration is not theirs. */
    private static final Effort PENDING = new Effort(2, 2, 4, 250);

    private Preset() {}

    /** The success path, the retry path and the budgets at one and two threads; ends within five minutes. */
    static List<Step> quick() {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.some(
                "SuccessPathBenchmark\\.call",
                CONTENDER,
                1,
                QUICK,
                "direct",
                "longAdderIncrement",
                "nanoTime",
                "forbearBare",
                "forbearFull",
                "resilience4jRetry",
                "resilience4jRetryAndBreaker",
                "failsafeRetry",
                "awsStandard",
                "springCoreRetry",
                "springRetry",
                "gax",
                "smallrye"));
        steps.add(Step.some(
                "RetryPathBenchmark\\.call",
                CONTENDER,
                1,
                QUICK,
                "handWrittenLoop",
                "forbearBare",
                "forbearFull",
                "resilience4jRetryAndBreaker",
                "failsafeRetry",
                "awsStandardWithRoom",
                "springCoreRetry",
                "springRetry",
                "gax",
                "smallrye"));
        steps.add(Step.some(
                "BudgetBenchmark\\.withdraw",
                KIND,
                1,
                QUICK,
                "compareAndSetAndNanoTime",
                "forbearTokenBucket",
                "forbearRatio",
                "aws",
                "bucket4j",
                "guava"));
        steps.add(Step.some(
                "BudgetBenchmark\\.refusal",
                KIND,
                1,
                QUICK,
                "volatileRead",
                "forbearTokenBucketAtKnownTime",
                "forbearRatioAtKnownTime",
                "forbearQuota",
                "finagle"));
        steps.add(Step.some(
                "BudgetBenchmark\\.depositWhenFull",
                KIND,
                1,
                QUICK,
                "volatileRead",
                "forbearRatio",
                "forbearQuota",
                "aws"));
        return onOneAndTwoThreads(steps);
    }

    private static List<Step> onOneAndTwoThreads(List<Step> steps) {
        List<Step> both = new ArrayList<>();
        for (Step step : steps) {
            both.add(step);
            both.add(step.onThreads(2));
        }
        return both;
    }

    /** Everything; what concerns contention also on two threads. */
    static List<Step> full() {
        List<Step> steps = new ArrayList<>(onOneAndTwoThreads(List.of(
                Step.all("SuccessPathBenchmark\\.call", 1, LIBRARIES),
                Step.all("RetryPathBenchmark\\.call", 1, LIBRARIES),
                Step.all("BreakerBenchmark\\.permissionAndSuccess", 1, PARTS),
                Step.all("BudgetBenchmark\\.(withdraw|refusal|depositWhenFull)", 1, PARTS))));
        steps.add(Step.all("ExhaustedPathBenchmark\\.call", 1, LIBRARIES));
        steps.add(Step.all("BudgetBenchmark\\.(depositWhenNotFull|depositAndWithdraw)", 1, PARTS));
        steps.add(Step.all("BackoffBenchmark\\..*", 1, PARTS));
        steps.add(Step.all("ClientStateBenchmark\\..*", 1, PARTS));
        steps.add(Step.all("ListenerCostBenchmark\\..*", 1, PARTS));
        steps.add(Step.all("HttpAdapterBenchmark\\..*", 1, PARTS));
        steps.add(Step.all("GrpcAdapterBenchmark\\..*", 1, PARTS));
        steps.add(Step.all("OperationsBenchmark\\..*", 1, PARTS));
        steps.add(Step.all("DecisionBenchmark\\..*", 1, PARTS));
        steps.add(Step.all("AsyncBenchmark\\.(completed|oneRetry).*", 1, PARTS));
        steps.add(Step.all("AsyncBenchmark\\.pending.*", 1, PENDING));
        return steps;
    }
}
