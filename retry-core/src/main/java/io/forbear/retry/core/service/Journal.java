package io.forbear.retry.core.service;

import io.forbear.retry.core.client.TopClients;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is kept of a service for those who operate it; made at the first event or the first failure of a client. */
final class Journal {
    /*
     * State      the ring of events; the clients that fail most; denial, present from the first retry that the budget
     *            denies until it grants again; how many calls the breaker had refused when it opened.
     * Invariant  between two events of a first denial there is one that the budget grants again: who takes denial from
     *            null writes the first, who takes it back to null the second.
     * Writers    denied, granted: CAS of denial. Denial.lastNanos: by any thread, not more often than every
     *            millisecond. refused...: by the thread that moved the breaker.
     * Ordering   volatile. lastNanos may miss the latest denial by a millisecond or a lost write: the grant that is
     *            told comes that much sooner.
     * Progress   wait-free but for the ring; a denial that is not the first is two reads, and a grant one.
     * Stress     JournalStress (retry-jcstress)
     */

    /** So long after the last denial a grant is told: budgets that fill drop by drop deny and grant in turn. */
    static final long QUIET_NANOS = 1_000_000_000L;

    private static final long COARSE_NANOS = 1_000_000L;

    private static final VarHandle DENIAL = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "denial", VarHandle.class, Journal.class, Denial.class);

    private final EventRing ring = new EventRing();
    final @Nullable TopClients clients;
    private volatile @Nullable Denial denial;
    private volatile long refusedAtOpening;
    private volatile long refusedAtReopening;

    Journal(@Nullable TopClients clients) {
        this.clients = clients;
    }

    /** The time in which the budget denies retries. */
    private static final class Denial {

        final long deniedBefore;
        volatile long lastNanos;

        Denial(long deniedBefore, long nowNanos) {
            this.deniedBefore = deniedBefore;
            this.lastNanos = nowNanos;
        }
    }

    void add(long epochMillis, Happening what) {
        ring.add(epochMillis, what);
    }

    List<EventRing.Entry> entries() {
        return ring.entries();
    }

    /** Returns what to tell of a denial: {@code null} unless it is the first. */
    @Nullable
    Happening denied(long nowNanos, LongSupplier deniedSoFar, Supplier<Happening> first) {
        Denial seen = denial;
        if (seen != null) {
            if (nowNanos - seen.lastNanos > COARSE_NANOS) {
                seen.lastNanos = nowNanos;
            }
            return null;
        }
        Denial begun = new Denial(deniedSoFar.getAsLong(), nowNanos);
        return DENIAL.compareAndSet(this, null, begun) ? first.get() : null;
    }

    /** Returns what to tell of a grant: {@code null} unless it ends a time of denials. */
    @Nullable
    Happening granted(long nowNanos, LongSupplier deniedSoFar) {
        Denial seen = denial;
        if (seen == null || nowNanos - seen.lastNanos < QUIET_NANOS || !DENIAL.compareAndSet(this, seen, null)) {
            return null;
        }
        return new Happening.Granted(deniedSoFar.getAsLong() - seen.deniedBefore);
    }

    /** Returns how many calls were refused since the breaker opened before, and begins to count anew. */
    long opened(long refusedSoFar, boolean again) {
        long before = again ? refusedAtReopening : refusedAtOpening;
        refusedAtReopening = refusedSoFar;
        if (!again) {
            refusedAtOpening = refusedSoFar;
        }
        return refusedSoFar - before;
    }

    /** Returns how many calls were refused since the breaker opened. */
    long closed(long refusedSoFar) {
        return refusedSoFar - refusedAtOpening;
    }
}
