package io.forbear.retry.core.internal;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A row of striped counters, each made when it first counts: most services never fail in most ways. */
public final class Adders {
    /*
     * State      adders[i]: null until i first counts, then the same for good.
     * Writers    any thread: CAS from null, then increments of the adder.
     * Ordering   volatile elements; none between counters.
     * Progress   reads are wait-free; an increment is that of a LongAdder.
     * Stress     AddersStress (retry-jcstress)
     */

    private final AtomicReferenceArray<@Nullable LongAdder> adders;

    /** Makes counters that are 0. */
    public Adders(int length) {
        this.adders = new AtomicReferenceArray<>(length);
    }

    /** Returns how many there are. */
    public int length() {
        return adders.length();
    }

    /** Adds to one. */
    public void add(int index, long amount) {
        LongAdder known = adders.get(index);
        if (known == null) {
            adders.compareAndSet(index, null, new LongAdder());
            known = adders.get(index);
        }
        if (known != null) {
            known.add(amount);
        }
    }

    /** Tells whether one has ever counted. */
    public boolean isUsed(int index) {
        return adders.get(index) != null;
    }

    /** Returns what one has counted. */
    public long sum(int index) {
        LongAdder known = adders.get(index);
        return known == null ? 0 : known.sum();
    }

    /** Adds what others have counted. */
    public void add(Adders others) {
        for (int i = 0; i < length(); i++) {
            long sum = others.sum(i);
            if (sum != 0) {
                add(i, sum);
            }
        }
    }
}
