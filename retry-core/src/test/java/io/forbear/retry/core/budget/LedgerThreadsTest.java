package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;

/** Several threads on one budget: nothing is granted twice and nothing is lost. */
class LedgerThreadsTest {

    private static final int THREADS = 4;

    private interface Body {
        void run(int thread) throws Exception;
    }

    private static void inParallel(Body body) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    body.run(number);
                } catch (Throwable failure) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static long drain(RetryBudget budget) {
        long taken = 0;
        for (long got = budget.tryWithdraw(TRANSIENT, NORMAL, 0);
                got >= 0;
                got = budget.tryWithdraw(TRANSIENT, NORMAL, 0)) {
            taken += got;
        }
        return taken;
    }

    @RepeatedTest(5)
    void bucketGrantsExactlyItsCapacity() throws Exception {
        RetryBudget budget = RetryBudgets.tokenBucket(50_000).create(new ManualClock());
        AtomicLong taken = new AtomicLong();

        inParallel(thread -> taken.addAndGet(drain(budget)));

        assertThat(taken.get()).isEqualTo(budget.capacity());
        assertThat(budget.balance()).isZero();
    }

    @RepeatedTest(5)
    void refundsAreAllThereAgain() throws Exception {
        RetryBudget budget = RetryBudgets.tokenBucket(50_000).create(new ManualClock());

        inParallel(thread -> {
            for (int i = 0; i < 50_000; i++) {
                long got = budget.tryWithdraw(TRANSIENT, NORMAL, 0);
                assertThat(budget.balance()).isBetween(0L, budget.capacity());
                budget.refund(Math.max(0, got));
            }
        });

        assertThat(budget.balance()).isEqualTo(budget.capacity());
    }

    @RepeatedTest(5)
    void quotaGrantsWhatItHadAndWhatSuccessGave() throws Exception {
        FedBudget budget = (FedBudget) RetryBudgets.awsQuota()
                .capacity(1_000_000)
                .initial(1000)
                .cost(TRANSIENT, 3)
                .create(new ManualClock());
        ManualFeed feed = new ManualFeed();
        budget.feed(feed, this);
        AtomicLong taken = new AtomicLong();

        inParallel(thread -> {
            for (int i = 0; i < 30_000; i++) {
                if (thread % 2 == 0) {
                    feed.succeedAtOnce(1);
                    budget.callSucceeded(0);
                } else {
                    taken.addAndGet(drain(budget));
                }
            }
        });

        long successes = 2L * 2 * 30_000;
        assertThat(taken.get() + budget.balance()).isEqualTo(1_000_000 + successes * 1000);
    }

    @RepeatedTest(5)
    void ratioGrantsFloorAndDepositsAcrossSlots() throws Exception {
        ManualClock clock = new ManualClock();
        FedBudget budget = (FedBudget) RetryBudgets.ratio(0.5)
                .minPerSecond(10)
                .window(Duration.ofSeconds(60))
                .create(clock);
        ManualFeed feed = new ManualFeed();
        budget.feed(feed, this);
        AtomicLong taken = new AtomicLong();

        inParallel(thread -> {
            for (int i = 0; i < 20_000; i++) {
                if (thread == 0) {
                    feed.succeedAtOnce(1);
                    clock.advanceNanos(2_000_000); // 40 s in all: every deposit is within the window
                } else {
                    taken.addAndGet(Math.max(0, budget.tryWithdraw(TRANSIENT, NORMAL, 0)));
                }
            }
        });

        assertThat(taken.get() + budget.balance()).isEqualTo(600_000 + 20_000 * 500);
    }

    @RepeatedTest(5)
    void sharedPlacesAreAllFreeAgain() throws Exception {
        RetryBudget budget = RetryBudgets.concurrencyShare(0.5, 1).create(new ManualClock());
        AtomicLong retrying = new AtomicLong();

        inParallel(thread -> {
            for (int i = 0; i < 20_000; i++) {
                budget.callStarted();
                long got = budget.tryWithdraw(TRANSIENT, NORMAL, 0);
                if (got >= 0) {
                    assertThat(retrying.incrementAndGet()).isLessThanOrEqualTo(THREADS / 2);
                    retrying.decrementAndGet();
                }
                if (i % 2 == 0) {
                    budget.callSucceeded(Math.max(0, got));
                } else {
                    budget.callFailed(Math.max(0, got));
                }
            }
        });

        assertThat(budget.balance()).isEqualTo(1000);
    }

    @RepeatedTest(5)
    void allOfTakesAllOrNone() throws Exception {
        ManualClock clock = new ManualClock();
        RetryBudget wide = RetryBudgets.tokenBucket(30_000).create(clock);
        RetryBudget narrow = RetryBudgets.tokenBucket(10_000).create(clock);
        RetryBudget both = RetryBudgets.allOf(RetryBudgets.shared(wide), RetryBudgets.shared(narrow))
                .create(clock);
        AtomicLong grants = new AtomicLong();

        inParallel(thread -> {
            for (int i = 0; i < 5_000; i++) {
                if (both.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
                    grants.incrementAndGet();
                }
            }
        });

        assertThat(grants.get()).isEqualTo(10_000);
        assertThat(narrow.balance()).isZero();
        assertThat(wide.balance()).isEqualTo(20_000_000);
    }
}
