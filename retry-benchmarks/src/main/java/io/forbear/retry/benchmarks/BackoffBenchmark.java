package io.forbear.retry.benchmarks;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** What does the next delay cost, and does it depend on how many there were? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class BackoffBenchmark {

    /** The rules: a hundred milliseconds, doubled, at most twenty seconds. */
    @State(Scope.Thread)
    public static class Rules {

        /** The number of the attempt that failed. */
        @Param({"1", "10", "1000"})
        public int attempt = 1;

        final Backoff full = Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20));
        final Backoff proportional = full.jitter(Jitter.proportional(0.5));
        final Backoff slow = full.multiplier(1.001);
        final BackoffStrategy aws = BackoffStrategy.exponentialDelay(Duration.ofMillis(100), Duration.ofSeconds(20));
        final IntervalFunction resilience4j = IntervalFunction.ofExponentialRandomBackoff(100, 2, 0.5, 20_000);
        BackOffExecution spring = new ExponentialBackOff(100, 2).start();

        /** Brings Spring's, which counts by itself, to the attempt. */
        @Setup
        public void advance() {
            ExponentialBackOff backOff = new ExponentialBackOff(100, 2);
            backOff.setMaxInterval(20_000);
            backOff.setJitter(50);
            spring = backOff.start();
            for (int i = 1; i < attempt; i++) {
                spring.nextBackOff();
            }
        }
    }

    /** The random number alone. */
    @Benchmark
    public long threadLocalRandom() {
        return ThreadLocalRandom.current().nextLong(20_000_000_000L);
    }

    /** Ours, full jitter. */
    @Benchmark
    public long forbearFullJitter(Rules rules) {
        return rules.full.delayNanos(rules.attempt, -1, 1, ThreadLocalRandom.current());
    }

    /** Ours, as Resilience4j's and Spring's jitter. */
    @Benchmark
    public long forbearProportionalJitter(Rules rules) {
        return rules.proportional.delayNanos(rules.attempt, -1, 1, ThreadLocalRandom.current());
    }

    /** Ours, growing so slowly that later ceilings are computed and not looked up. */
    @Benchmark
    public long forbearSlowGrowth(Rules rules) {
        return rules.slow.delayNanos(rules.attempt, -1, 1, ThreadLocalRandom.current());
    }

    /** The AWS SDK's, full jitter. */
    @Benchmark
    public Duration aws(Rules rules) {
        return rules.aws.computeDelay(rules.attempt);
    }

    /** Resilience4j's. */
    @Benchmark
    public Long resilience4j(Rules rules) {
        return rules.resilience4j.apply(rules.attempt);
    }

    /** Spring's core. It goes on from where it is, so that all but the first figure are those at the cap. */
    @Benchmark
    public long springCore(Rules rules) {
        return rules.spring.nextBackOff();
    }
}
