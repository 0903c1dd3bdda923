package io.forbear.retry.core.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The slots of a table, each a {@link Bucket}; memory comes in segments, when their first client does. */
final class Slots {
    /*
     * State      segments[i], null until used, then for good; each slot a bucket.
     * Invariant  a client is in the slot of its hash; no id is in it twice.
     * Writers    any thread, CAS only.
     * Ordering   volatile: a client is built before the CAS that shows it.
     * Progress   reads wait-free; a CAS fails only if another has changed the slot.
     * Stress     ClientTableStress (retry-jcstress), ClientTableConcurrencyTest
     */

    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(Object[][].class);
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final int SEGMENT_SHIFT = 8;
    private static final int SEGMENT_SIZE = 1 << SEGMENT_SHIFT;
    private static final int FEWEST_SLOTS = 8;
    private static final int MOST_SLOTS = 1 << 30;
    /** 2^32 divided by the golden ratio: neighbouring hashes go to slots far apart. */
    private static final int SPREAD = 0x9E3779B9;

    private final @Nullable Object[] @Nullable [] segments;
    private final int count;
    private final int shift;

    /** Makes at least two slots for each client. */
    Slots(int maxClients) {
        long twice = Long.highestOneBit(2L * maxClients - 1) << 1;
        this.count = (int) Math.min(MOST_SLOTS, Math.max(FEWEST_SLOTS, twice));
        this.segments = new @Nullable Object[(count + SEGMENT_SIZE - 1) >>> SEGMENT_SHIFT] @Nullable [];
        this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(count);
    }

    int count() {
        return count;
    }

    int slotOf(int hash) {
        return (hash * SPREAD) >>> shift;
    }

    @Nullable
    Object get(int slot) {
        Object[] segment = (Object[]) SEGMENT.getVolatile(segments, slot >>> SEGMENT_SHIFT);
        return segment == null ? null : SLOT.getVolatile(segment, slot & (SEGMENT_SIZE - 1));
    }

    boolean replace(int slot, @Nullable Object expected, @Nullable Object bucket) {
        return SLOT.compareAndSet(segment(slot >>> SEGMENT_SHIFT), slot & (SEGMENT_SIZE - 1), expected, bucket);
    }

    private Object[] segment(int index) {
        Object[] segment = (Object[]) SEGMENT.getVolatile(segments, index);
        if (segment != null) {
            return segment;
        }
        Object[] made = new Object[Math.min(SEGMENT_SIZE, count)];
        Object[] found = (Object[]) SEGMENT.compareAndExchange(segments, index, (Object[]) null, made);
        return found == null ? made : found;
    }
}
