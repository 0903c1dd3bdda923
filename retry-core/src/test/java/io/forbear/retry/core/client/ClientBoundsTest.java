package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A flood of ids against the limit. One in ten as large as asked for by default; {@code -Dforbear.bounds=full} for 10,000,000
 * ids and a limit of 100,000.
 */
@Tag("bounds")
class ClientBoundsTest {

    private static final boolean FULL = "full".equals(System.getProperty("forbear.bounds"));
    private static final int LIMIT = FULL ? 100_000 : 10_000;
    private static final int IDS = 100 * LIMIT;
    private static final long CAPACITY = 10_000;
    private static final int MIB = 1 << 20;

    private final ClientTable table =
            new ClientTable(LIMIT, new ClientBudget(CAPACITY, 10_000, 60_000_000_000L), System::nanoTime);

    /** Ids of the same length everywhere, so that making them costs the same. */
    private static String id(int number) {
        return "tenant-" + (100_000_000 + number);
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Calls of so many ids, round and round; returns the nanoseconds of one. */
    private double nanosPerCall(int ids, boolean failing) {
        long start = System.nanoTime();
        for (int i = 0; i < IDS; i++) {
            Client client = table.get(id(i % ids));
            if (failing && i % 10 == 0) {
                client.failed(1);
            } else {
                client.succeeded(1);
            }
        }
        return (double) (System.nanoTime() - start) / IDS;
    }

    @Test
    void aFloodOfIdsGainsNoMemoryAndCostsAtMostTwiceACallOfAKnownClient() {
        nanosPerCall(LIMIT, false);
        long before = usedBytes();
        double known = nanosPerCall(LIMIT, false);
        double flood = nanosPerCall(IDS, false);
        long growth = usedBytes() - before;
        double failing = nanosPerCall(IDS, true);
        long growthFailing = usedBytes() - before;

        System.out.printf(
                "%d ids, limit %d: %.0f ns a call of known clients, %.0f in a flood, %.0f in a failing one; heap growth %.1f"
                        + " and %.1f MiB%n",
                IDS, LIMIT, known, flood, failing, (double) growth / MIB, (double) growthFailing / MIB);
        assertThat(table.tracked()).isEqualTo(LIMIT);
        assertThat(growth).isLessThan(32L * MIB);
        assertThat(growthFailing).isLessThan(32L * MIB);
        assertThat(flood).isLessThan((FULL ? 2 : 4) * known);
        assertThat(failing).isLessThan((FULL ? 2 : 4) * known);
    }

    @Test
    void aFloodOfIdsGainsNoBudget() {
        ClientTable still = new ClientTable(LIMIT, new ClientBudget(CAPACITY, 0, 1), () -> 0);
        long granted = 0;
        long mostOfOne = 0;
        for (int i = 0; i < IDS; i++) {
            Client client = still.get(id(i));
            client.failed(1);
            long ofOne = 0;
            while (client.tryWithdraw(1_000, 0, 0) != RetryBudget.REFUSED) {
                ofOne += 1_000;
            }
            granted += ofOne;
            mostOfOne = Math.max(mostOfOne, ofOne);
        }
        assertThat(mostOfOne).isEqualTo(CAPACITY);
        assertThat(granted).isEqualTo((LIMIT + ClientTable.OVERFLOW_STRIPES) * CAPACITY);
    }
}
