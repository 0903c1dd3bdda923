package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A flood of ids against the limit of clients, through a service. By default it has a tenth of the promised size and
 * checks no throughput; {@code -Dforbear.bounds=full} runs 10,000,000 ids against a limit of 100,000, and measures the
 * throughput.
 */
@Tag("bounds")
class ClientBoundsTest {

    private static final boolean FULL = "full".equals(System.getProperty("forbear.bounds"));
    private static final int LIMIT = FULL ? 100_000 : 10_000;
    private static final int IDS = 100 * LIMIT;
    private static final int ROUNDS = 5;
    private static final int TOKENS = 10;
    private static final int MIB = 1 << 20;
    private static final String RESULT = "result";

    /** A failure without stack trace, made once. */
    private static final Exception DOWN = new Exception("down", null, false, false) {
        private static final long serialVersionUID = 1;
    };

    private final Retry service = Retries.named("users")
            .policy(RetryPolicy.builder()
                    .maxAttempts(100)
                    .backoff(Backoff.none())
                    .build())
            .withoutBudget()
            .withoutCircuitBreaker()
            .clientBudget(RetryBudgets.tokenBucket(TOKENS))
            .maxClients(LIMIT)
            .build();

    /** Ids of the same length everywhere, so that making them costs the same. */
    private static String id(int number) {
        return "tenant-" + (100_000_000 + number);
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** Makes calls of a range of ids in turn; returns the nanoseconds of one call. */
    private double succeed(int calls, int from, int ids) {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            service.forClient(id(from + i % ids)).call(() -> RESULT);
        }
        return (double) (System.nanoTime() - start) / calls;
    }

    /** Makes one call of the id that always fails; returns its retries. */
    private int retriesOf(String id) {
        int[] attempts = {0};
        try {
            service.forClient(id).run(() -> {
                attempts[0]++;
                throw DOWN;
            });
        } catch (Exception failure) {
            assertThat(failure).isSameAs(DOWN);
        }
        return attempts[0] - 1;
    }

    @Tag("bounds")
    @Test
    void aFloodOfIdsGainsNoMemory() {
        succeed(LIMIT, 0, LIMIT);
        assertThat(service.snapshot().clientsTracked()).isEqualTo(LIMIT);
        long before = usedBytes();

        succeed(IDS, 0, IDS);
        long growth = usedBytes() - before;

        System.out.printf(
                "%,d ids, limit %,d: heap growth %.1f MiB above the limit's own cost%n",
                IDS, LIMIT, (double) growth / MIB);
        assertThat(service.snapshot().clientsTracked()).isEqualTo(LIMIT);
        assertThat(service.snapshot().successes()).isEqualTo(LIMIT + IDS);
        assertThat(growth).isLessThanOrEqualTo(32L * MIB);
    }

    @Tag("bounds")
    @Test
    void aFloodOfFailingIdsGainsNeitherMemoryNorBudget() {
        long granted = 0;
        int mostOfOne = 0;
        for (int i = 0; i < LIMIT; i++) {
            granted += retriesOf(id(i));
        }
        assertThat(granted).as("every id of the limit has its own budget").isEqualTo((long) LIMIT * TOKENS);
        long before = usedBytes();
        for (int i = LIMIT; i < IDS; i++) {
            int ofOne = retriesOf(id(i));
            granted += ofOne;
            mostOfOne = Math.max(mostOfOne, ofOne);
        }
        long growth = usedBytes() - before;

        System.out.printf(
                "%,d failing ids, limit %,d: %,d retries, at most %d of one id, heap growth %.1f MiB%n",
                IDS, LIMIT, granted, mostOfOne, (double) growth / MIB);
        assertThat(mostOfOne).as("its own budget and the overflow stripe's").isLessThanOrEqualTo(2 * TOKENS);
        assertThat(granted).isLessThanOrEqualTo((LIMIT + ClientTable.OVERFLOW_STRIPES) * (long) TOKENS);
        assertThat(service.snapshot().clientsTracked()).isLessThanOrEqualTo(LIMIT);
        assertThat(growth).isLessThanOrEqualTo(32L * MIB);
    }

    /** Takes the best of interleaved rounds, each with new ids, so that foreign load affects both sides. */
    @Test
    void aFloodOfIdsHasAtLeastHalfTheThroughputOfKnownClients() {
        Assumptions.assumeTrue(FULL, "timings: not asked for (expected: -Dforbear.bounds=full)");
        int calls = IDS / ROUNDS;
        succeed(calls, 0, LIMIT);
        double known = Double.MAX_VALUE;
        double flood = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            known = Math.min(known, succeed(calls, 0, LIMIT));
            flood = Math.min(flood, succeed(calls, round * calls, calls));
        }

        System.out.printf(
                "%,d ids, limit %,d: %.0f ns a call of known clients, %.0f in a flood: %.0f %% of the throughput%n",
                IDS, LIMIT, known, flood, 100 * known / flood);
        assertThat(flood).isLessThanOrEqualTo(2 * known);
    }
}
