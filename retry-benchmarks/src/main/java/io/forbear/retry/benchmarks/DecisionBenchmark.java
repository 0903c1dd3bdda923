package io.forbear.retry.benchmarks;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.StopReason;
import io.forbear.retry.benchmarks.contender.Checks;
import io.forbear.retry.benchmarks.contender.Script;
import io.forbear.retry.benchmarks.contender.Services;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does a decision cost, without any call around it? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DecisionBenchmark {

    /** The services. */
    @State(Scope.Benchmark)
    public static class Shared {

        final Retry full = Services.full().build();
        final Retry broke = Services.full().budget(RetryBudgets.none()).build();
        final Classification failure = Classification.of(ErrorCategory.NETWORK_ERROR);
        final Classification mistake = Classification.of(ErrorCategory.CLIENT_ERROR);
        final ErrorClassifier classifier = ErrorClassifier.defaults();
        final Throwable known = new Script(1).failure();
        final Throwable unknown = new Unknown("HTTP status 503");

        /** Makes sure that the decisions are what they are called. */
        @Setup
        public void check() {
            Checks.require(decide(full, failure) instanceof RetryDecision.Again, "granted");
            Checks.require(stops(decide(broke, failure), StopReason.BUDGET_EXHAUSTED), "refused");
            Checks.require(stops(decide(full, mistake), StopReason.NOT_RETRYABLE), "not retryable");
        }

        private static boolean stops(RetryDecision decision, StopReason reason) {
            return decision instanceof RetryDecision.GiveUp giveUp && giveUp.reason() == reason;
        }
    }

    private static RetryDecision decide(Retry retry, Classification failure) {
        try (RetryCall call = retry.begin()) {
            return call.failed(failure);
        }
    }

    /** A call is begun and succeeds. */
    @Benchmark
    public void beginAndSucceed(Shared services) {
        services.full.begin().succeeded();
    }

    /** A call is begun, fails, is granted a retry, and is abandoned, which gives back what was taken. */
    @Benchmark
    public RetryDecision granted(Shared services) {
        return decide(services.full, services.failure);
    }

    /** A call is begun, fails, and is refused a retry by the budget. */
    @Benchmark
    public RetryDecision refusedByBudget(Shared services) {
        return decide(services.broke, services.failure);
    }

    /** A call is begun and fails for good. */
    @Benchmark
    public RetryDecision notRetryable(Shared services) {
        return decide(services.full, services.mistake);
    }

    /** A failure is classified by its type. */
    @Benchmark
    public Classification classifiedByType(Shared services) {
        return services.classifier.classify(services.known);
    }

    /** A failure of an unknown type is classified by its message. */
    @Benchmark
    public Classification classifiedByMessage(Shared services) {
        return services.classifier.classify(services.unknown);
    }

    private static final class Unknown extends IOException {

        private static final long serialVersionUID = 1L;

        Unknown(String message) {
            super(message);
        }
    }
}
