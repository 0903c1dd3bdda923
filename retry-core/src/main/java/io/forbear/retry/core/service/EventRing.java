package io.forbear.retry.core.service;

import io.forbear.retry.operations.ServiceOperations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The latest events of a service: bounded, and written by whichever thread sees the event. */
final class EventRing {
    /*
     * State      next, the number of the next event; places, of which event n has the one at n modulo their number.
     * Invariant  the number of the event at a place never goes back: a thread that was held up between taking its
     *            number and storing its event does not replace a later event.
     * Writers    add: takes a number, then CAS of its place from an earlier event.
     * Ordering   volatile; an entry is immutable and complete before it is stored. A reader may miss an event that is
     *            being added, and then sees the one that it will replace.
     * Progress   lock-free: a CAS fails only because another thread has stored an event there. Reads are wait-free.
     * Stress     EventRingStress (retry-jcstress)
     */

    private final AtomicLong next = new AtomicLong();
    private final AtomicReferenceArray<@Nullable Entry> places;

    EventRing() {
        this(ServiceOperations.EVENTS);
    }

    EventRing(int length) {
        this.places = new AtomicReferenceArray<>(length);
    }

    /**
     * An event at its place.
     *
     * @param number how many events came before it
     * @param epochMillis when it happened
     * @param what what happened
     */
    record Entry(long number, long epochMillis, Happening what) {}

    void add(long epochMillis, Happening what) {
        store(new Entry(next.getAndIncrement(), epochMillis, what));
    }

    private void store(Entry entry) {
        int place = (int) (entry.number % places.length());
        Entry seen = places.get(place);
        while ((seen == null || seen.number < entry.number) && !places.compareAndSet(place, seen, entry)) {
            Thread.onSpinWait();
            seen = places.get(place);
        }
    }

    /** Returns the entries, oldest first. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(places.length());
        for (int i = 0; i < places.length(); i++) {
            Entry entry = places.get(i);
            if (entry != null) {
                entries.add(entry);
            }
        }
        entries.sort(Comparator.comparingLong(Entry::number));
        return entries;
    }
}
