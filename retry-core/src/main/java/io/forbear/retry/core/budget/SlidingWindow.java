package io.forbear.retry.core.budget;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Where two running totals stood at the start of each of the last slots, so that what they grew by within a window is one
 * subtraction. Nothing is added per event; the window moves on when somebody looks.
 */
final class SlidingWindow {
    /*
     * State      frame: the totals at the starts of the last SLOTS slots, of which the last one is current.
     *
     *                at[0]   at[1]           ...           at[SLOTS - 1]
     *            ------|-------|----------------------------------|--------> now
     *
     * Invariant  starts of slots lie on one grid, set by the first: however late a look comes, time does not drift.
     * Writers    roll(): of the threads that first look in a later slot one swaps the frame, the others take the winner's. note(): to
     *            a frame of the same slots in which more is known to have come. Whoever loses against the other tries again.
     * Ordering   volatile; a frame is immutable. Growth between the reading of a total and the swap falls to the later slot.
     * Progress   lock-free; one frame is allocated per slot that somebody looks in and per note, none per look. A thread with an older
     *            time reads the frame as it is.
     * Stress     BudgetKindsStress.RollRacesRoll, NoteRacesNote (retry-jcstress)
     */
    static final int SLOTS = 10;

    /** Before this a negative elapsed time is a reading older than the frame, below it is an overflow. */
    private static final long OVERFLOWN = -(1L << 62);

    private final long slotNanos;
    private final AtomicReference<Frame> frame;

    /**
     * A running total.
     *
     * @param told what somebody told when it happened: it belongs to the slot of the frame
     * @param derived what is read from counters that grow unseen: it is spread evenly over the time since the last look
     */
    record Total(long told, long derived) {}

    /**
     * One position of the window. The arrays are not written once it is published.
     *
     * @param startNanos when its last slot began
     * @param seenNanos when the totals were read, in that slot
     * @param firstDerived the derived part of the first total at that time
     * @param secondDerived the derived part of the second
     * @param first the first total at the start of each slot
     * @param second the second
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(long startNanos, long seenNanos, long firstDerived, long secondDerived, long[] first, long[] second) {}

    SlidingWindow(long windowNanos, long nowNanos) {
        this.slotNanos = windowNanos / SLOTS;
        this.frame = new AtomicReference<>(new Frame(nowNanos, nowNanos, 0, 0, new long[SLOTS], new long[SLOTS]));
    }

    Frame frame() {
        return frame.get();
    }

    boolean isCurrent(Frame seen, long nowNanos) {
        long elapsed = nowNanos - seen.startNanos;
        return elapsed < slotNanos && elapsed > OVERFLOWN;
    }

    /** Moves on from a frame that is not current. */
    Frame roll(Frame seen, long nowNanos, Total first, Total second) {
        Frame from = seen;
        for (; ; ) {
            Frame next = after(from, nowNanos, first, second);
            if (frame.compareAndSet(from, next)) {
                return next;
            }
            from = frame.get();
            if (isCurrent(from, nowNanos)) {
                return from;
            }
        }
    }

    /** Differences of time are unsigned: any idle time fits. */
    private Frame after(Frame seen, long nowNanos, Total first, Total second) {
        long firstDerived =
                Math.max(seen.firstDerived, first.derived); // a note may be newer than what was read before it
        long slots = Long.divideUnsigned(nowNanos - seen.startNanos, slotNanos);
        long[] firsts = new long[SLOTS];
        long[] seconds = new long[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            int back = SLOTS - 1 - i;
            if (Long.compareUnsigned(back, slots) >= 0) {
                firsts[i] = seen.first[i + (int) slots];
                seconds[i] = seen.second[i + (int) slots];
            } else {
                double part = part(seen, seen.startNanos + (slots - back) * slotNanos, nowNanos);
                firsts[i] = first.told + spread(seen.firstDerived, firstDerived, part);
                seconds[i] = second.told + spread(seen.secondDerived, second.derived, part);
            }
        }
        long start = seen.startNanos + slots * slotNanos;
        return new Frame(start, nowNanos, firstDerived, second.derived, firsts, seconds);
    }

    /** Notes how far the derived part of the first total has come by now: none of it belongs to a later time. */
    void note(long nowNanos, long firstDerived) {
        Frame seen = frame.get();
        while (firstDerived > seen.firstDerived && isCurrent(seen, nowNanos)) {
            long seenNanos = nowNanos - seen.seenNanos > 0 ? nowNanos : seen.seenNanos;
            Frame noted =
                    new Frame(seen.startNanos, seenNanos, firstDerived, seen.secondDerived, seen.first, seen.second);
            if (frame.compareAndSet(seen, noted)) {
                return;
            }
            seen = frame.get();
        }
    }

    /** Returns which part of the time since the last look lies before a boundary. */
    private static double part(Frame seen, long boundary, long nowNanos) {
        return (double) (boundary - seen.seenNanos >>> 1) / (nowNanos - seen.seenNanos >>> 1);
    }

    private static long spread(long before, long after, double part) {
        return before + Math.min(after - before, (long) ((after - before) * part));
    }
}
