package io.forbear.retry.benchmarks.contender;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** A walk over the ids of many clients in random order. Each thread has its own; all walk over the same strings. */
public final class Ids {

    /** How many clients there are. */
    public static final int COUNT = 100_000;

    private static final int STEPS = 1 << 20;
    private static final String[] ALL = strings("client-", COUNT);
    private static final AtomicInteger WALKS = new AtomicInteger();

    private final String[] order = new String[STEPS];
    private int step;

    /** Draws an order. */
    public Ids() {
        Random random = new Random(WALKS.incrementAndGet());
        for (int i = 0; i < STEPS; i++) {
            order[i] = ALL[random.nextInt(COUNT)];
        }
    }

    /** Returns the next id. */
    public String next() {
        int now = step;
        step = now + 1 & STEPS - 1;
        return order[now];
    }

    /** Returns every id once. */
    public static String[] all() {
        return ALL.clone();
    }

    /**
     * Makes ids. Their hash codes are known, as those of strings that were looked up before are.
     *
     * @param prefix what they begin with
     * @param count how many
     * @return the ids
     */
    public static String[] strings(String prefix, int count) {
        String[] ids = new String[count];
        int hashes = 0;
        for (int i = 0; i < count; i++) {
            ids[i] = prefix + i;
            hashes ^= ids[i].hashCode();
        }
        Checks.require(count < 3 || hashes != 0 || ids[0].equals(prefix + 0), "ids");
        return ids;
    }
}
