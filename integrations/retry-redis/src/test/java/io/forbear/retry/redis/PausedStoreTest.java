package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * Calls with retries while the store answers and while it hangs, in turns. What is asserted are counts: callers do not
 * wait and are not blocked. With the system property {@code fleet.pause}, such as 5 for 5 s in each turn, five turns of
 * each kind are made and the latencies of the calls are printed.
 */
class PausedStoreTest {

    private static final long PAUSE_MILLIS = Long.getLong("fleet.pause", 0) * 1000;
    private static final long TURN_MILLIS = PAUSE_MILLIS == 0 ? 300 : PAUSE_MILLIS;
    private static final int TURNS = PAUSE_MILLIS == 0 ? 1 : 5;
    private static final int CALLERS = 2;
    /** A class that is loaded late makes a caller wait, once. */
    private static final long LOADING = 10;

    /** Every so many calls, the first attempt fails. */
    private static final int FAILS = 4;

    /** Latencies in steps of 10 ns, up to a millisecond; all above are in the last. */
    private static final int STEP_NANOS = 10;

    private static final int STEPS = 100_000;

    /** Makes calls until it is told to stop. */
    private static final class Caller extends Thread {
        private final Retry retry;
        private final FailedException failure = new FailedException();
        private volatile int[] latencies = new int[STEPS + 1];
        private volatile long calls;
        private volatile long most;
        private volatile boolean stopped;

        Caller(Retry retry) {
            super("caller");
            this.retry = retry;
        }

        @Override
        public void run() {
            int[] attempts = new int[1];
            for (long call = 0; !stopped; call++) {
                attempts[0] = call % FAILS == 0 ? 0 : 1;
                long start = System.nanoTime();
                try {
                    retry.call(() -> attempt(attempts));
                } catch (FailedException refused) {
                    // the budget had no token: that is an end like any other
                }
                long nanos = System.nanoTime() - start;
                latencies[(int) Math.min(STEPS, nanos / STEP_NANOS)]++;
                most = Math.max(most, nanos);
                calls = call;
            }
        }

        private int attempt(int[] attempts) throws FailedException {
            if (attempts[0]++ == 0) {
                throw failure;
            }
            return attempts[0];
        }
    }

    /** Costs nothing to throw. Each caller has one of its own, for reading the cause of a throwable takes its lock. */
    private static final class FailedException extends Exception {
        private static final long serialVersionUID = 1;

        private FailedException() {
            super("failed", null, false, false);
        }
    }

    @Test
    void noCallerWaitsWhileTheStoreHangs() throws Exception {
        try (RedisServer server = RedisServer.start();
                FleetBudget fleet = FleetBudget.builder(server.store(), "paused")
                        .capacity(10_000)
                        .refillPerSecond(10_000)
                        .build();
                Retry retry = Retries.named("paused")
                        .policy(RetryPolicy.builder()
                                .maxAttempts(2)
                                .backoff(Backoff.none())
                                .build())
                        .budget(fleet)
                        .withoutCircuitBreaker()
                        .build()) {
            List<Caller> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(new Caller(retry));
            }
            callers.forEach(Thread::start);
            Await.until("a lease", () -> fleet.snapshot().state() == FleetState.LEASED);
            LongSupplier calls =
                    () -> callers.stream().mapToLong(one -> one.calls).sum();
            turn(server, fleet, callers, calls, 0); // what runs for the first time is loaded, linked and compiled
            Await.until("refusals too", () -> retry.snapshot().budgetDenied() > 0);
            long waitsBefore = waits(callers);
            for (int turn = 1; turn <= TURNS; turn++) {
                turn(server, fleet, callers, calls, turn);
            }
            long waits = waits(callers) - waitsBefore;
            for (Caller caller : callers) {
                caller.stopped = true;
                caller.join();
            }

            assertThat(waits)
                    .as("how often callers waited, parked or were blocked in tens of thousands of calls")
                    .isLessThan(LOADING);
            assertThat(retry.snapshot().recovered()).isPositive();
        }
    }

    /** The store answers for a while, then it hangs for as long, and answers again. */
    private static void turn(
            RedisServer server, FleetBudget fleet, List<Caller> callers, LongSupplier calls, int turn) {
        forget(callers);
        print("answers", turn, callers, pass(TURN_MILLIS, calls));
        server.freeze();
        long made = pass(TURN_MILLIS, calls);
        print("hangs", turn, callers, made);
        Await.until("the floor", () -> fleet.snapshot().state() == FleetState.FLOOR);
        server.thaw();
        Await.until("a lease again", () -> fleet.snapshot().state() == FleetState.LEASED);
    }

    private static long waits(List<Caller> callers) {
        long[] ids = callers.stream().mapToLong(Thread::getId).toArray();
        long waits = 0;
        for (ThreadInfo info : ManagementFactory.getThreadMXBean().getThreadInfo(ids)) {
            waits += info.getWaitedCount() + info.getBlockedCount();
        }
        return waits;
    }

    /** Lets time pass, and at least some calls; returns how many were made. */
    private static long pass(long millis, LongSupplier calls) {
        long before = calls.getAsLong();
        long end = System.nanoTime() + millis * 1_000_000;
        Await.until("time passes", () -> System.nanoTime() - end >= 0 && calls.getAsLong() > before + 20_000);
        return calls.getAsLong() - before;
    }

    private static void forget(List<Caller> callers) {
        for (Caller caller : callers) {
            caller.latencies = new int[STEPS + 1];
            caller.most = 0;
        }
    }

    private static void print(String store, int turn, List<Caller> callers, long made) {
        if (PAUSE_MILLIS == 0 || turn == 0) {
            forget(callers);
            return;
        }
        int[] sum = new int[STEPS + 1];
        long most = 0;
        for (Caller caller : callers) {
            int[] latencies = caller.latencies;
            for (int step = 0; step <= STEPS; step++) {
                sum[step] += latencies[step];
            }
            most = Math.max(most, caller.most);
        }
        forget(callers);
        System.out.printf(
                "| %d | %s | %d | %d | %d | %d | %d |%n",
                turn, store, made, percentile(sum, 0.5), percentile(sum, 0.99), percentile(sum, 0.999), most / 1000);
    }

    /** Nanoseconds. */
    private static long percentile(int[] latencies, double share) {
        long total = 0;
        for (int count : latencies) {
            total += count;
        }
        long left = (long) Math.ceil(total * share);
        int step = 0;
        while (step < STEPS && left > latencies[step]) {
            left -= latencies[step++];
        }
        return (long) step * STEP_NANOS;
    }
}
