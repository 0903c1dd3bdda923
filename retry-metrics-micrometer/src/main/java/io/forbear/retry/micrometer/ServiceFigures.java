package io.forbear.retry.micrometer;

import io.forbear.retry.Retry;
import io.forbear.retry.RetrySnapshot;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The values that the meters of one service read: the sum over all retries of that name, read again when the last
 * reading is old, so that the meters of one scrape share one reading.
 */
final class ServiceFigures {
    /*
     * State      retries: those that live. gone: the counters of those that were closed. reading, and the time it was
     *            taken. window: readings of the last minute.
     * Invariant  no counter of a reading is below that of an earlier one.
     * Writers    a thread that meets an old reading, adds or closes a retry; under the lock of this object.
     * Ordering   reading is volatile and never changed once stored: the meters read it without the lock.
     * Progress   calls are not concerned. Readers wait for the one among them that takes the next reading.
     * Stress     ServiceFiguresTest.
     */

    /** A reading, when it was taken, and whether the retries are still those that were read. */
    private record Reading(Figures figures, long atNanos, boolean current) {}

    private final LongSupplier clock;
    private final Set<Retry> retries = new LinkedHashSet<>();
    private final Figures gone = new Figures();
    private final LastMinute window = new LastMinute();
    private volatile long maxAgeNanos;
    private volatile Reading reading;

    ServiceFigures(LongSupplier clock, long maxAgeNanos) {
        this.clock = clock;
        this.maxAgeNanos = maxAgeNanos;
        this.reading = new Reading(new Figures(), 0, false);
    }

    synchronized void maxAge(long nanos) {
        maxAgeNanos = Math.min(maxAgeNanos, nanos);
    }

    /** Adds a retry, once, however many listeners tell of it. */
    synchronized void add(Retry retry) {
        retries.add(retry);
        outdate();
    }

    private void outdate() {
        reading = new Reading(reading.figures, 0, false);
    }

    /** Lets go of a retry and keeps its counters. Returns whether any is left. */
    synchronized boolean removed(Retry retry) {
        if (retries.remove(retry)) {
            Throttled.guard("snapshot", () -> gone.addCounters(retry.snapshot()));
            outdate();
        }
        return !retries.isEmpty();
    }

    /** Returns a reading that is not too old. */
    Figures read() {
        Reading seen = reading;
        return isFresh(seen) ? seen.figures : readAgain();
    }

    private boolean isFresh(Reading seen) {
        return seen.current && clock.getAsLong() - seen.atNanos < maxAgeNanos;
    }

    private synchronized Figures readAgain() {
        Reading last = reading;
        if (isFresh(last)) {
            return last.figures;
        }
        Figures next = new Figures();
        next.addCounters(gone);
        for (Retry retry : retries) {
            Throttled.guard("snapshot", () -> {
                RetrySnapshot snapshot = retry.snapshot();
                next.addCounters(snapshot);
                next.addGauges(snapshot, retry.operations());
            });
        }
        next.notBelow(last.figures);
        long now = clock.getAsLong();
        next.amplification = window.amplification(next, now);
        reading = new Reading(next, now, true);
        return next;
    }
}
