package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientTableConcurrencyTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 30_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private void inParallel(int count, IntConsumer work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(count);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            running.add(threads.submit(() -> {
                start.await();
                work.accept(index);
                return null;
            }));
        }
        for (Future<?> each : running) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    /** Runs two actions against each other, round by round, without a scheduler between them. */
    private void race(int rounds, IntConsumer prepare, IntConsumer first, IntConsumer second, IntConsumer check)
            throws Exception {
        AtomicInteger round = new AtomicInteger(-1);
        AtomicInteger done = new AtomicInteger();
        AtomicInteger stop = new AtomicInteger();
        Future<?> other = threads.submit(() -> {
            for (int i = 0; i < rounds; i++) {
                while (round.get() < i && stop.get() == 0) {
                    Thread.onSpinWait();
                }
                second.accept(i);
                done.incrementAndGet();
            }
        });
        try {
            for (int i = 0; i < rounds; i++) {
                prepare.accept(i);
                round.set(i);
                first.accept(i);
                while (done.get() <= i && !other.isDone()) {
                    Thread.onSpinWait();
                }
                check.accept(i);
            }
        } finally {
            stop.set(1);
            other.get(60, TimeUnit.SECONDS);
        }
    }

    /** Returns the client of the id; its overflow client if the entry was on its way to another client. */
    private static Client present(ClientTable table, String id) {
        Client client = table.peek(id);
        return client != null ? client : table.overflow(IdHash.of(id));
    }

    @Test
    void neverTracksMoreThanItsLimitAndCountsRight() throws Exception {
        ClientTable table = new ClientTable(64, null, () -> 0);
        AtomicInteger most = new AtomicInteger();
        inParallel(THREADS, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; i < 100_000; i++) {
                Client client = table.get("id-" + random.nextInt(300));
                if (random.nextInt(200) == 0) {
                    client.failed(1);
                } else {
                    client.succeeded(1);
                }
                most.accumulateAndGet(table.tracked(), Math::max);
            }
        });
        int inTable = 0;
        for (int i = 0; i < 300; i++) {
            inTable += table.peek("id-" + i) == null ? 0 : 1;
        }
        assertThat(most.get()).isLessThanOrEqualTo(64);
        assertThat(inTable).isEqualTo(table.tracked());
        assertThat(table.evicted()).isPositive();
    }

    @Test
    void makesOneClientForEachIdThatManyAskFor() throws Exception {
        for (int round = 0; round < 200; round++) {
            ClientTable table = new ClientTable(100, null, () -> 0);
            Client[][] got = new Client[THREADS][50];
            inParallel(THREADS, thread -> {
                for (int i = 0; i < 50; i++) {
                    got[thread][i] = table.get("id-" + i);
                }
            });
            for (int thread = 1; thread < THREADS; thread++) {
                assertThat(got[thread]).containsExactly(got[0]);
            }
            assertThat(table.tracked()).isEqualTo(50);
        }
    }

    @Test
    void grantsNoMoreThanTheCapacity() throws Exception {
        ClientTable table = new ClientTable(1, new ClientBudget(50_000_000, 0, 1), () -> 0);
        Client client = table.get("c");
        AtomicLong taken = new AtomicLong();
        AtomicLong given = new AtomicLong();
        inParallel(THREADS, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; i < 50_000; i++) {
                long cost = 1 + random.nextInt(2_000);
                if (client.tryWithdraw(cost, 0, 0) == RetryBudget.REFUSED) {
                    continue;
                }
                taken.addAndGet(cost);
                if (random.nextInt(3) == 0) {
                    client.refund(cost, 0);
                    given.addAndGet(cost);
                }
                assertThat(client.balanceMilli(0)).isBetween(0L, 50_000_000L);
            }
        });
        assertThat(taken.get() - given.get()).isEqualTo(50_000_000 - client.balanceMilli(0));
    }

    @Test
    void losesNoOperation() throws Exception {
        Client client = new ClientTable(1, null, () -> 0).get("c");
        inParallel(THREADS, thread -> {
            for (int i = 0; i < 30_000; i++) {
                switch (i % 3) {
                    case 0 -> client.succeeded(1);
                    case 1 -> client.succeeded(2);
                    default -> client.failed(3);
                }
            }
        });
        assertThat(client.operations()).isEqualTo(THREADS * 30_000L);
        assertThat(client.successes()).isEqualTo(THREADS * 20_000L);
        assertThat(client.recovered()).isEqualTo(THREADS * 10_000L);
        assertThat(client.attempts()).isEqualTo(THREADS * 60_000L);
    }

    /** Eviction against a withdrawal: in either order, the client of that id has paid. */
    @Test
    void aWithdrawalIsNotLostToAnEviction() throws Exception {
        ClientTable[] table = new ClientTable[1];
        Client[] client = new Client[1];
        race(
                ROUNDS,
                round -> {
                    table[0] = new ClientTable(1, new ClientBudget(5_000, 0, 1), () -> 0);
                    client[0] = table[0].get("c");
                },
                round -> client[0].tryWithdraw(1_000, 0, 0),
                round -> table[0].get("newcomer"),
                round -> {
                    Client now = present(table[0], "c");
                    assertThat(now.balanceMilli(0)).isEqualTo(4_000);
                    assertThat(table[0].tracked()).isEqualTo(1);
                });
    }

    /** The same for a client with a failure in its window that an eviction has passed over. */
    @Test
    void aWithdrawalFromAClientPassedOverIsNotLostToAnEviction() throws Exception {
        ClientTable[] table = new ClientTable[1];
        Client[] client = new Client[1];
        race(
                ROUNDS,
                round -> {
                    table[0] = new ClientTable(1, new ClientBudget(5_000, 0, 1), () -> 0);
                    client[0] = table[0].get("c");
                    client[0].failed(1);
                    table[0].get("newcomer");
                },
                round -> client[0].tryWithdraw(1_000, 0, 0),
                round -> table[0].get("newcomer"),
                round -> {
                    Client now = present(table[0], "c");
                    assertThat(now.balanceMilli(0)).isEqualTo(4_000);
                    assertThat(now.operations()).isEqualTo(now == client[0] ? 1 : 0);
                    assertThat(table[0].tracked()).isEqualTo(1);
                });
    }

    /** A failure protects the client once more, or goes to its successor. */
    @Test
    void aFailureOfAClientPassedOverIsNotLostToAnEviction() throws Exception {
        ClientTable[] table = new ClientTable[1];
        Client[] client = new Client[1];
        race(
                ROUNDS,
                round -> {
                    table[0] = new ClientTable(1, null, () -> 0);
                    client[0] = table[0].get("c");
                    client[0].failed(1);
                    table[0].get("newcomer");
                },
                round -> client[0].failed(2),
                round -> table[0].get("newcomer"),
                round -> {
                    Client now = present(table[0], "c");
                    assertThat(now.successRate()).isZero();
                    assertThat(now.operations()).isEqualTo(now == client[0] ? 2 : 1);
                });
    }

    @Test
    void aFailureIsNotLostToAnEviction() throws Exception {
        ClientTable[] table = new ClientTable[1];
        Client[] client = new Client[1];
        race(
                ROUNDS,
                round -> {
                    table[0] = new ClientTable(1, null, () -> 0);
                    client[0] = table[0].get("c");
                },
                round -> client[0].failed(2),
                round -> table[0].get("newcomer"),
                round -> {
                    Client now = present(table[0], "c");
                    assertThat(now.successRate()).isZero();
                    assertThat(now.attempts()).isEqualTo(2);
                });
    }

    /**
     * Threads withdraw from few ids while a flood evicts others: only overflow clients grant more than an id's
     * capacity.
     */
    @Test
    void noClientGainsBudgetFromBeingEvictedAgainAndAgain() throws Exception {
        int ids = 16;
        ClientTable table = new ClientTable(8, new ClientBudget(20_000, 0, 1), () -> 0);
        AtomicLong[] granted = new AtomicLong[ids];
        AtomicLong byOverflow = new AtomicLong();
        for (int i = 0; i < ids; i++) {
            granted[i] = new AtomicLong();
        }
        inParallel(THREADS, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; i < 20_000; i++) {
                int id = random.nextInt(ids);
                Client client = table.get("id-" + id);
                table.get("flood-" + random.nextInt(10_000));
                if (random.nextInt(50) == 0 && client.tryWithdraw(1_000, 0, 0) == 1_000) {
                    (client.isOverflow() ? byOverflow : granted[id]).addAndGet(1_000);
                }
            }
        });
        long overflowCapacity = ClientTable.OVERFLOW_STRIPES * 20_000L;
        for (AtomicLong each : granted) {
            assertThat(each.get()).isLessThanOrEqualTo(20_000 + overflowCapacity - byOverflow.get());
        }
        assertThat(byOverflow.get()).isLessThanOrEqualTo(overflowCapacity);
        assertThat(table.tracked()).isEqualTo(8);
    }

    @Test
    void balancesStayInRangeWhileTheBudgetChanges() throws Exception {
        ClientTable table = new ClientTable(100, new ClientBudget(20_000, 0, 1), System::nanoTime);
        inParallel(THREADS, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; i < 20_000; i++) {
                if (thread == 0 && i % 100 == 0) {
                    table.updateBudget(
                            random.nextInt(5) == 0
                                    ? null
                                    : new ClientBudget(1 + random.nextInt(50_000), random.nextInt(1000), 1_000_000));
                }
                Client client = table.get("id-" + random.nextInt(100));
                client.tryWithdraw(random.nextInt(5_000), 0, System.nanoTime());
                assertThat(client.balanceMilli(System.nanoTime())).isBetween(0L, 50_000L);
            }
        });
    }
}
