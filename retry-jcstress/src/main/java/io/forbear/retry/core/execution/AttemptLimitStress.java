package io.forbear.retry.core.execution;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * Races of the timer that limits one asynchronous attempt: the attempt ends once, and neither a timer nor a token
 * stays.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                     samples forbidden interesting
 * LimitRacesCompletion                      284096         0           -
 * LimitRacesFailure                         181748         0           -
 * LimitRacesFailureMutant                  1798182         0      278815
 * </pre>
 */
public final class AttemptLimitStress {

    /** The timer of an attempt is the first that a call without a deadline makes. */
    private static final int LIMIT = 0;

    private AttemptLimitStress() {}

    private static RetryPolicy.Builder limit() {
        return RetryPolicy.builder().attemptTimeout(Duration.ofSeconds(9));
    }

    /** The only attempt succeeds when its own time is over. */
    @JCStressTest
    @State
    @Outcome(id = "answer, SUCCEEDED, 0", expect = ACCEPTABLE, desc = "the answer came first")
    @Outcome(
            id = "timeout, ATTEMPTS_EXHAUSTED, 0",
            expect = ACCEPTABLE,
            desc = "the limit came first, and the stage was cancelled")
    @Outcome(
            id = "timeout, ATTEMPTS_EXHAUSTED, 1",
            expect = ACCEPTABLE,
            desc = "the limit came first, and the answer that nobody gets was discarded")
    @Outcome(expect = FORBIDDEN, desc = "two ends, an answer that was handed over is discarded, or a timer stays")
    public static class LimitRacesCompletion {
        final World world = new World(limit().maxAttempts(1));

        @Actor
        public void complete() {
            world.first.complete("answer");
        }

        @Actor
        public void ring() {
            world.timers.fire(LIMIT);
        }

        @Arbiter
        public void settle(LLI_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.discarded.get() + (int) world.left();
        }
    }

    /** The attempt fails when its own time is over. */
    @JCStressTest
    @State
    @Outcome(
            id = "nothing, 0 calls, 1, 1001",
            expect = ACCEPTABLE,
            desc = "one retry is paid for, and one timer waits for it")
    @Outcome(expect = FORBIDDEN, desc = "the attempt failed twice, or not at all")
    public static class LimitRacesFailure {
        final World world = new World(limit());

        @Actor
        public void fail() {
            world.failFirst();
        }

        @Actor
        public void ring() {
            world.timers.fire(LIMIT);
        }

        @Arbiter
        public void settle(LLLL_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.failures();
            r.r4 = world.left();
        }
    }

    /** {@link LimitRacesFailure} with a flag in place of a ticket that is good once. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(
            id = "2, 2",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the attempt failed twice, and two retries are paid for")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class LimitRacesFailureMutant {
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger paid = new AtomicInteger();
        volatile boolean attempting = true;

        private void fails() {
            if (attempting) {
                attempting = false;
                failed.incrementAndGet();
                paid.incrementAndGet();
            }
        }

        @Actor
        public void fail() {
            fails();
        }

        @Actor
        public void ring() {
            fails();
        }

        @Arbiter
        public void settle(II_Result r) {
            r.r1 = failed.get();
            r.r2 = paid.get();
        }
    }
}
