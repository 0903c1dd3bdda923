package io.forbear.retry.core.client;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The hash slots of a table. A slot holds all clients whose hashes fall to it, as {@code SlotClients} describes. The
 * array comes in segments; a segment is allocated with its first client.
 */
final class Slots {
    /*
     * State      segments: null until the first client comes, then the same for good; so is each segments[i]. An
     *            element of a segment is a slot.
     * Invariant  a client is in the slot of its hash; no slot holds two clients of one id.
     * Writers    any thread, by CAS only.
     * Ordering   volatile: a client is built before the CAS that puts it into its slot.
     * Progress   reads are wait-free; a CAS fails only if another thread has changed the slot.
     * Stress     ClientTableStress (retry-jcstress), ClientTableConcurrencyTest
     */

    private static final VarHandle SEGMENTS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "segments", VarHandle.class, Slots.class, Object[][].class);
    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(Object[][].class);
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final int SEGMENT_SHIFT = 8;
    private static final int SEGMENT_SIZE = 1 << SEGMENT_SHIFT;
    private static final int FEWEST_SLOTS = 8;
    private static final int MOST_SLOTS = 1 << 30;
    /** 2^32 divided by the golden ratio (Fibonacci hashing): neighbouring hashes fall to slots that lie far apart. */
    private static final int SPREAD = 0x9E3779B9;

    private volatile @Nullable Object @Nullable [] @Nullable [] segments;
    private final int count;
    private final int shift;

    /** Makes at least two slots for each client. */
    Slots(int maxClients) {
        long twice = Long.highestOneBit(2L * maxClients - 1) << 1;
        this.count = (int) Math.min(MOST_SLOTS, Math.max(FEWEST_SLOTS, twice));
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
        @Nullable Object @Nullable [] @Nullable [] known = segments;
        if (known == null) {
            return null;
        }
        Object[] segment = (Object[]) SEGMENT.getVolatile(known, slot >>> SEGMENT_SHIFT);
        return segment == null ? null : SLOT.getVolatile(segment, slot & (SEGMENT_SIZE - 1));
    }

    boolean replace(int slot, @Nullable Object expected, @Nullable Object clients) {
        return SLOT.compareAndSet(segment(slot >>> SEGMENT_SHIFT), slot & (SEGMENT_SIZE - 1), expected, clients);
    }

    private Object[] segment(int index) {
        @Nullable Object[] @Nullable [] known = segments();
        Object[] segment = (Object[]) SEGMENT.getVolatile(known, index);
        if (segment != null) {
            return segment;
        }
        Object[] made = new Object[Math.min(SEGMENT_SIZE, count)];
        Object[] found = (Object[]) SEGMENT.compareAndExchange(known, index, (Object[]) null, made);
        return found == null ? made : found;
    }

    private @Nullable Object[] @Nullable [] segments() {
        @Nullable Object @Nullable [] @Nullable [] known = segments;
        if (known != null) {
            return known;
        }
        @Nullable
        Object[] @Nullable [] made = new @Nullable Object[(count + SEGMENT_SIZE - 1) >>> SEGMENT_SHIFT] @Nullable [];
        @Nullable
        Object[] @Nullable [] found =
                (@Nullable Object[] @Nullable []) SEGMENTS.compareAndExchange(this, (Object[][]) null, made);
        return found == null ? made : found;
    }
}
