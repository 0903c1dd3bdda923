package io.forbear.retry.redis;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a fleet spends while its store fails: five holders that want a token all the time, a fault of 1.5 s, and the
 * recovery. Each test prints a row of the table in the page on the fleet budget: fault, tokens allowed, tokens seen.
 */
class FleetFaultsTest {

    private static final int HOLDERS = 5;
    private static final long INITIAL = 100_000;
    private static final long REFILL = 20_000;
    private static final int FAULT_MILLIS = 1500;

    /** It ends by itself, and must be seen before. */
    private static final int PAUSE_MILLIS = 4000;

    /** Where the fault is not that the store is slow, a slow machine is not to look like it. */
    private static final Duration PATIENT = Duration.ofSeconds(10);

    private static final Duration SHORT = Duration.ofMillis(200);

    private RedisServer server;
    private StoreConnection store;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        store = server.store();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void withoutAFaultTheFleetSpendsItsQuota() {
        Outcome outcome = run("none", PATIENT, none -> {}, none -> {}, 0);

        assertThat(outcome.failures).isZero();
        assertThat(outcome.floor).isEqualTo(HOLDERS * 1000L); // one token each, before the first lease
    }

    @Test
    void aStoreThatPausesLeavesTheFloor() {
        Outcome outcome = run(
                "CLIENT PAUSE, 4 s",
                SHORT,
                down -> down.commands().clientPause(PAUSE_MILLIS),
                nothing -> {},
                0,
                FloorReason.TIMEOUT);

        assertThat(outcome.reasons).contains(FloorReason.TIMEOUT);
    }

    @Test
    void aStoreThatHangsLeavesTheFloor() {
        Outcome outcome = run("SIGSTOP, 1.5 s", SHORT, RedisServer::freeze, RedisServer::thaw, 0, FloorReason.TIMEOUT);

        assertThat(outcome.reasons).contains(FloorReason.TIMEOUT);
    }

    @Test
    void aStoreThatRestartsEmptyAddsItsInitialBalanceOnce() {
        Outcome outcome = run(
                "killed, started empty",
                PATIENT,
                RedisServer::kill,
                RedisServer::restart,
                INITIAL,
                FloorReason.UNREACHABLE,
                FloorReason.TIMEOUT);

        assertThat(outcome.reasons).containsAnyOf(FloorReason.UNREACHABLE, FloorReason.TIMEOUT);
    }

    @Test
    void aStoreThatIsFlushedAddsItsInitialBalanceOnce() {
        Outcome outcome = run("FLUSHALL", PATIENT, down -> down.commands().flushall(), nothing -> {}, INITIAL);

        assertThat(outcome.failures).isZero();
    }

    @Test
    void aScriptThatIsFlushedIsSentAgain() {
        Outcome outcome = run("SCRIPT FLUSH", PATIENT, down -> down.commands().scriptFlush(), nothing -> {}, 0);

        assertThat(outcome.failures).isZero();
    }

    @Test
    void aStoreThatIsFullLeavesTheFloor() {
        Outcome outcome = run(
                "maxmemory 1",
                PATIENT,
                down -> down.commands().configSet("maxmemory", "1"),
                up -> up.commands().configSet("maxmemory", "0"),
                0,
                FloorReason.OUT_OF_MEMORY);

        assertThat(outcome.reasons).contains(FloorReason.OUT_OF_MEMORY);
    }

    @Test
    void aStoreThatBecomesAReplicaLeavesTheFloor() {
        Outcome outcome = run(
                "REPLICAOF",
                PATIENT,
                down -> down.commands().replicaof("127.0.0.1", 1),
                up -> up.commands().replicaofNoOne(),
                0,
                FloorReason.READ_ONLY);

        assertThat(outcome.reasons).contains(FloorReason.READ_ONLY);
    }

    private record Outcome(long seen, long floor, long failures, List<FloorReason> reasons) {}

    /**
     * Lets the fleet spend, breaks the store, mends it, and waits until all lease again.
     *
     * @param lost milli-tokens that the fault may add, as documented
     */
    private Outcome run(
            String fault,
            Duration timeout,
            Consumer<RedisServer> breaks,
            Consumer<RedisServer> mends,
            long lost,
            FloorReason... reasonsOfFault) {
        List<FleetBudget> fleet = new ArrayList<>();
        for (int i = 0; i < HOLDERS; i++) {
            fleet.add(FleetBudget.builder(store, "faults")
                    .capacity(200)
                    .initial((int) (INITIAL / 1000))
                    .refillPerSecond(REFILL / 1000.0)
                    .ratio(0)
                    .expectedProcesses(HOLDERS)
                    .leaseTimeout(timeout)
                    .build());
        }
        long start = System.nanoTime();
        Spender spender = new Spender(fleet);
        try {
            Await.until("all lease", () -> all(fleet, FleetState.LEASED));
            Await.until("the first quota is spent", () -> spender.spent.get() >= INITIAL / 2);
            breaks.accept(server);
            List<FloorReason> reasons = spendFor(FAULT_MILLIS, fleet, reasonsOfFault);
            long floorDuringFault =
                    fleet.stream().mapToLong(one -> one.snapshot().floor()).sum();
            mends.accept(server);
            Await.until("all lease again", () -> all(fleet, FleetState.LEASED));
            spendFor(500, fleet);
            spender.stop();

            long quota = INITIAL + (System.nanoTime() - start) / 1_000_000 * REFILL / 1000;
            long floor = fleet.stream().mapToLong(one -> one.snapshot().floor()).sum();
            long failures =
                    fleet.stream().mapToLong(one -> one.snapshot().failures()).sum();
            long seen = spender.spent.get();
            System.out.printf(
                    "| %s | %d = quota %d + loss %d + floor %d | %d |%n",
                    fault, (quota + lost + floor) / 1000, quota / 1000, lost / 1000, floor / 1000, seen / 1000);
            assertThat(seen).isPositive().isLessThanOrEqualTo(quota + lost + floor);
            // the floor is what the pot last held, and the refill: never a multiple of the quota
            assertThat(floorDuringFault).isLessThanOrEqualTo(quota);
            return new Outcome(seen, floor, failures, reasons);
        } finally {
            spender.stop();
            fleet.forEach(FleetBudget::close);
        }
    }

    /** Lets the time pass; where the fault has a reason, until it has been seen. */
    private static List<FloorReason> spendFor(long millis, List<FleetBudget> fleet, FloorReason... reasonsOfFault) {
        List<FloorReason> reasons = new ArrayList<>();
        long end = System.nanoTime() + millis * 1_000_000;
        Await.until("time passes", () -> {
            for (FleetBudget one : fleet) {
                FloorReason reason = one.snapshot().reason();
                if (reason != null && !reasons.contains(reason)) {
                    reasons.add(reason);
                }
            }
            boolean isSeen =
                    reasonsOfFault.length == 0 || Stream.of(reasonsOfFault).anyMatch(reasons::contains);
            return System.nanoTime() - end >= 0 && isSeen;
        });
        return reasons;
    }

    private static boolean all(List<FleetBudget> fleet, FleetState state) {
        return fleet.stream().allMatch(one -> one.snapshot().state() == state);
    }

    /** A thread that wants a token of each holder, again and again. */
    private static final class Spender {
        final AtomicLong spent = new AtomicLong();
        private final List<RetryBudget> budgets;
        private final Thread thread;
        private volatile boolean stopped;

        Spender(List<FleetBudget> fleet) {
            budgets = fleet.stream().map(one -> one.create(NanoClock.system())).toList();
            thread = new Thread(this::spend, "spender");
            thread.start();
        }

        private void spend() {
            while (!stopped) {
                for (RetryBudget budget : budgets) {
                    spent.addAndGet(Math.max(0, budget.tryWithdraw(TRANSIENT, NORMAL, 0)));
                }
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        }

        void stop() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
