package io.forbear.retry.redis;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A withdrawal knows nothing of the network. */
class WithdrawalTest {

    /** The network of which nothing is ever heard. */
    static final StoreConnection SILENT = new StoreConnection() {
        @Override
        public CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments) {
            return new CompletableFuture<>();
        }
    };

    @Test
    void noThreadIsEverSeenWaitingInAWithdrawalWhileTheStoreHangs() throws InterruptedException {
        try (RedisServer server = RedisServer.start();
                FleetBudget fleet = FleetBudget.builder(server.store(), "hangs")
                        .refillPerSecond(1000)
                        .build()) {
            RetryBudget budget = fleet.create(NanoClock.system());
            Await.until("a lease", () -> fleet.snapshot().state() == FleetState.LEASED);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong calls = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread thread = new Thread(() -> {
                    while (!stop.get()) {
                        budget.tryWithdraw(TRANSIENT, NORMAL, 0);
                        calls.incrementAndGet();
                    }
                });
                threads.add(thread);
                thread.start();
            }
            server.freeze();
            Await.until("the floor", () -> fleet.snapshot().state() == FleetState.FLOOR);

            long onTheFloor = calls.get();
            Await.until("what is loaded late is loaded", () -> calls.get() > onTheFloor + 10_000);
            List<Thread.State> seen = new ArrayList<>();
            long before = calls.get();
            for (int sample = 0; sample < 500; sample++) {
                for (Thread thread : threads) {
                    seen.add(thread.getState());
                }
                Thread.onSpinWait();
            }
            Await.until("withdrawals go on", () -> calls.get() > before + 1000);
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(seen).containsOnly(Thread.State.RUNNABLE);
        }
    }

    @Test
    void aWithdrawalAllocatesNothingWhetherItIsGrantedOrRefused() {
        try (FleetBudget fleet = FleetBudget.of(SILENT, "silent")) {
            RetryBudget budget = fleet.create(NanoClock.system());
            spendAndRefuse(budget); // the JVM allocates while it links what runs for the first time
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            long nothing = threads.getCurrentThreadAllocatedBytes() - before;

            long least = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) { // as the floor begins, more may run for the first time
                long start = threads.getCurrentThreadAllocatedBytes();
                spendAndRefuse(budget);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - start);
            }

            assertThat(least).isEqualTo(nothing);
        }
    }

    private static void spendAndRefuse(RetryBudget budget) {
        for (int i = 0; i < 10_000; i++) {
            budget.refund(RetryBudget.TOKEN);
            while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aStoreThatNeverAnsweredLeavesTheExpectedShare() {
        try (FleetBudget fleet = FleetBudget.builder(SILENT, "silent")
                .capacity(100)
                .refillPerSecond(0)
                .ratio(0)
                .expectedProcesses(5)
                .build()) {
            RetryBudget budget = fleet.create(NanoClock.system());
            AtomicLong spent = new AtomicLong();

            Await.until("the share of the floor", () -> {
                spent.addAndGet(Math.max(0, budget.tryWithdraw(TRANSIENT, NORMAL, 0)));
                return fleet.snapshot().failures() >= 2;
            });
            Await.until("all of it", () -> {
                spent.addAndGet(Math.max(0, budget.tryWithdraw(TRANSIENT, NORMAL, 0)));
                return spent.get() >= 10_000;
            });
            Await.until("two more looks at the store", () -> {
                spent.addAndGet(Math.max(0, budget.tryWithdraw(TRANSIENT, NORMAL, 0)));
                return fleet.snapshot().failures() >= 4;
            });

            assertThat(spent).hasValue(10_000); // 50 tokens, shared by 5
            assertThat(fleet.snapshot().reason()).isEqualTo(FloorReason.TIMEOUT);
            assertThat(fleet.snapshot().floor()).isEqualTo(10_000);
        }
    }

    @Test
    void aConnectionThatThrowsIsAStoreThatIsDown() {
        StoreConnection broken = new StoreConnection() {
            @Override
            public CompletionStage<List<Long>> evalsha(String sha, List<String> keys, List<String> arguments) {
                throw new IllegalStateException("closed");
            }

            @Override
            public CompletionStage<List<Long>> eval(String script, List<String> keys, List<String> arguments) {
                throw new IllegalStateException("closed");
            }
        };
        try (FleetBudget fleet = FleetBudget.of(broken, "broken")) {
            fleet.create(NanoClock.system());

            Await.until("the floor", () -> fleet.snapshot().reason() == FloorReason.UNREACHABLE);
        }
    }
}
