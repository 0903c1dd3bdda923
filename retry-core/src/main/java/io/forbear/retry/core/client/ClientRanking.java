package io.forbear.retry.core.client;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of which a figure is highest, in bounded memory: the Space-Saving sketch of A. Metwally, D. Agrawal and
 * A. El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", ICDT 2005.
 *
 * <p>A sketch has a fixed number of counters. An id that has none takes over the lowest: it begins where that one
 * stood, and what it took over is its error. So no figure is too low, none is too high by more than its error, and an
 * id whose true figure is above the lowest counter has one.
 *
 * <p>Here ids are spread by a keyed hash over sets of {@value #WAYS} counters, each a sketch of its own, so that an
 * addition looks at one set; what the paper proves holds for each set and the ids of it.
 */
final class ClientRanking {
    /*
     * State      sets, each an immutable array of counters; a counter has a count, whose sign says that it was sealed:
     *            it is about to leave its set, and counts no more.
     * Invariant  an id is in its set at most once. The counts of a set add up to all that was added to it: a counter
     *            that takes over another begins with the count at which that one was sealed.
     * Writers    add: CAS of the count while it is not sealed; else seals the lowest counter, then CAS of the whole
     *            set.
     * Ordering   volatile. Who finds a counter sealed does not add to it, so nothing is added after the count was taken
     *            over.
     * Progress   lock-free: each CAS fails only because another thread's has succeeded. A sealed counter whose thread
     *            has stopped is taken over by the next that looks for the lowest, or by its own id.
     * Stress     ClientRankingStress (retry-jcstress)
     */

    /** Counters of a set. */
    static final int WAYS = 4;

    private static final long SEALED = Long.MIN_VALUE;

    private static final VarHandle COUNT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "count", VarHandle.class, Counter.class, long.class);

    private final int ways;
    private final AtomicReferenceArray<Counter @Nullable []> sets;

    /** Makes a sketch with at least so many counters. */
    ClientRanking(int counters) {
        this(Math.max(1, Integer.highestOneBit(Math.max(1, (counters - 1) / WAYS)) << 1), WAYS);
    }

    ClientRanking(int sets, int ways) {
        this.ways = ways;
        this.sets = new AtomicReferenceArray<>(sets);
    }

    /** The figure of one id. */
    static final class Counter {

        final String id;
        final int hash;

        /** What was taken over from another id. */
        final long error;

        private volatile long count;

        Counter(String id, int hash, long error, long count) {
            this.id = id;
            this.hash = hash;
            this.error = error;
            COUNT.set(this, count);
        }

        long count() {
            return count & ~SEALED;
        }

        @SuppressWarnings("ReferenceEquality")
        private boolean isOf(String wanted, int wantedHash) {
            return hash == wantedHash && (id == wanted || id.equals(wanted));
        }

        private boolean tryAdd(long amount) {
            long seen = count;
            while (seen >= 0) {
                if (COUNT.compareAndSet(this, seen, seen + amount)) {
                    return true;
                }
                Thread.onSpinWait();
                seen = count;
            }
            return false;
        }

        /** Ends the counting at a count; {@code false} where it has gone on since. */
        private boolean trySeal(long at) {
            return COUNT.compareAndSet(this, at, at | SEALED) || count == (at | SEALED);
        }
    }

    /**
     * Adds to the figure of an id.
     *
     * @param hash the keyed hash of the id
     * @param amount more than zero
     */
    void add(String id, int hash, long amount) {
        int set = hash & sets.length() - 1;
        for (; ; ) {
            Counter[] seen = sets.get(set);
            int own = indexOf(seen, id, hash);
            if (own >= 0 && seen != null && seen[own].tryAdd(amount)) {
                return;
            }
            Counter[] next = with(seen, own, id, hash, amount);
            if (next != null && sets.compareAndSet(set, seen, next)) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    private static int indexOf(Counter @Nullable [] set, String id, int hash) {
        if (set != null) {
            for (int i = 0; i < set.length; i++) {
                if (set[i].isOf(id, hash)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Returns the set with a counter for an id that counts there, or {@code null} where another thread was faster. */
    private Counter @Nullable [] with(Counter @Nullable [] seen, int own, String id, int hash, long amount) {
        if (seen == null) {
            return new Counter[] {new Counter(id, hash, 0, amount)};
        }
        if (own < 0 && seen.length < ways) {
            Counter[] more = Arrays.copyOf(seen, seen.length + 1);
            more[seen.length] = new Counter(id, hash, 0, amount);
            return more;
        }
        int place = own >= 0 ? own : lowest(seen);
        Counter victim = seen[place];
        long at = victim.count();
        if (!victim.trySeal(at)) {
            return null;
        }
        Counter[] next = seen.clone();
        next[place] = new Counter(id, hash, own >= 0 ? victim.error : at, at + amount);
        return next;
    }

    private static int lowest(Counter[] set) {
        int lowest = 0;
        for (int i = 1; i < set.length; i++) {
            lowest = set[i].count() < set[lowest].count() ? i : lowest;
        }
        return lowest;
    }

    /**
     * Returns the counter of an id. One that has none may stand as high as the lowest of its set, all of which is error
     * then.
     */
    Counter counter(String id, int hash) {
        Counter[] set = sets.get(hash & sets.length() - 1);
        int own = indexOf(set, id, hash);
        if (own >= 0 && set != null) {
            return set[own];
        }
        long bound = set == null || set.length < ways ? 0 : set[lowest(set)].count();
        return new Counter(id, hash, bound, bound);
    }

    /** Gives each counter. */
    void forEach(Consumer<Counter> reader) {
        for (int i = 0; i < sets.length(); i++) {
            Counter[] set = sets.get(i);
            if (set != null) {
                for (Counter counter : set) {
                    reader.accept(counter);
                }
            }
        }
    }
}
