package io.forbear.retry.core.budget;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Where two running totals stood at the start of each of the last slots, so that what they grew by within a window is one
 * subtraction. Nothing is added per event; the window moves on when it is looked at. Of the second total, growth can be {@linkplain
 * #giveBack given back} in the slot in which it was made.
 */
final class SlidingWindow {
    /*
     * State      frame: the totals at the starts of the last SLOTS slots, of which the last one is current.
     *
     *                at[0]   at[1]           ...           at[SLOTS - 1]
     *            ------|-------|----------------------------------|--------> now
     *
     * Invariant  starts of slots lie on one grid, set by the first: however late a look comes, time does not drift. In each slot,
     *            0 <= given back <= growth of the second total: nothing is given back that the window has forgotten, and nothing twice.
     * Writers    roll(): of the threads that first look in a later slot one swaps the frame, the others take the winner's. note(): to
     *            a frame of the same slots in which more is known to have come. giveBack(), advance(): to a frame in which more is given
     *            back. A thread that loses against another tries again.
     * Ordering   volatile; a frame is immutable. Growth between the reading of a total and the swap falls to the later slot.
     * Progress   lock-free; one frame is allocated per slot that is looked at, per note and per giving back, none per look. A thread with
     *            an older time reads the frame as it is.
     * Stress     BudgetKindsStress.RollRacesRoll, NoteRacesNote, RefundRacesRefund, RefundRacesRoll (retry-jcstress)
     */
    static final int SLOTS = 10;

    private static final int CURRENT = SLOTS - 1;

    /** Before this a negative elapsed time is a reading older than the frame, below it is an overflow. */
    private static final long OVERFLOWN = -(1L << 62);

    private final long slotNanos;
    private final AtomicReference<Frame> frame;
    private volatile boolean ticked;

    /**
     * A running total.
     *
     * @param told what was told when it happened: it belongs to the slot of the frame
     * @param derived what is read from counters that grow unseen: it is spread evenly over the time since the last look
     */
    record Total(long told, long derived) {}

    /** One position of the window. The arrays are not written once it is published. */
    static final class Frame {
        /** When the last slot began. */
        private final long startNanos;
        /** When the derived parts were read, in that slot. */
        private final long seenNanos;
        /** The derived part of the first total at that time. */
        private final long firstDerived;
        /** The derived part of the second. */
        private final long secondDerived;
        /** The first total at the start of each slot. */
        private final long[] first;
        /** The second. */
        private final long[] second;
        /** What was given back of the second total's growth in each slot. */
        private final long[] back;
        /** How much may still be {@linkplain SlidingWindow#advance advanced}. */
        private final long advance;

        private final long backSum;
        private final long advanceNow;

        Frame(
                long startNanos,
                long seenNanos,
                long firstDerived,
                long secondDerived,
                long[] first,
                long[] second,
                long[] back,
                long advance) {
            this.startNanos = startNanos;
            this.seenNanos = seenNanos;
            this.firstDerived = firstDerived;
            this.secondDerived = secondDerived;
            this.first = first;
            this.second = second;
            this.back = back;
            this.advance = advance;
            long earlier = 0;
            for (int i = 0; i < CURRENT; i++) {
                earlier += back[i];
            }
            this.backSum = earlier + back[CURRENT];
            this.advanceNow = Math.max(0, Math.min(advance, second[CURRENT] - second[0] - earlier));
        }

        /** The first total where the window begins. */
        long first() {
            return first[0];
        }

        /** The second total where the window begins, and what was given back since. */
        long second() {
            return second[0] + backSum;
        }

        /** How much of the second total's growth, in slots before the current one, can be given back early. */
        long advanceNow() {
            return advanceNow;
        }

        private long[] backWith(int slot, long amount, long second) {
            long[] more = back.clone();
            long rest = amount;
            for (int i = slot; i < SLOTS && rest > 0; i++) {
                long end = i == CURRENT ? second : this.second[i + 1];
                long part = Math.max(0, Math.min(rest, end - this.second[i] - more[i]));
                more[i] += part;
                rest -= part;
            }
            return more;
        }

        private Frame seen(long nowNanos, long firstNow, long secondNow) {
            long later = nowNanos - seenNanos > 0 ? nowNanos : seenNanos;
            return new Frame(
                    startNanos,
                    later,
                    Math.max(firstDerived, firstNow),
                    Math.max(secondDerived, secondNow),
                    first,
                    second,
                    back,
                    advance);
        }

        private Frame givenBack(long[] more, long advanceLeft) {
            return new Frame(startNanos, seenNanos, firstDerived, secondDerived, first, second, more, advanceLeft);
        }
    }

    SlidingWindow(long windowNanos, long advance, long nowNanos) {
        this.slotNanos = windowNanos / SLOTS;
        this.frame = new AtomicReference<>(
                new Frame(nowNanos, nowNanos, 0, 0, new long[SLOTS], new long[SLOTS], new long[SLOTS], advance));
    }

    /** Says that the window is looked at once a slot while the derived parts grow: what is new then belongs to now. */
    void ticked() {
        ticked = true;
    }

    Frame frame() {
        return frame.get();
    }

    long slotNanos() {
        return slotNanos;
    }

    boolean isCurrent(Frame seen, long nowNanos) {
        long elapsed = nowNanos - seen.startNanos;
        return elapsed < slotNanos && elapsed > OVERFLOWN;
    }

    /** Tells whether a good part of a slot has passed since the derived parts were read. */
    private boolean isStale(Frame seen, long nowNanos) {
        return nowNanos - seen.seenNanos >= slotNanos / 4;
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
        // a note may be newer than what was read before it
        long firstDerived = Math.max(seen.firstDerived, first.derived);
        long secondDerived = Math.max(seen.secondDerived, second.derived);
        long slots = Long.divideUnsigned(nowNanos - seen.startNanos, slotNanos);
        long[] firsts = new long[SLOTS];
        long[] seconds = new long[SLOTS];
        long[] backs = new long[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            int ago = CURRENT - i;
            if (Long.compareUnsigned(ago, slots) >= 0) {
                firsts[i] = seen.first[i + (int) slots];
                seconds[i] = seen.second[i + (int) slots];
                backs[i] = seen.back[i + (int) slots];
            } else {
                double part = ticked ? 0 : part(seen, seen.startNanos + (slots - ago) * slotNanos, nowNanos);
                firsts[i] = Math.max(seen.first[CURRENT], first.told + spread(seen.firstDerived, firstDerived, part));
                seconds[i] =
                        Math.max(seen.second[CURRENT], second.told + spread(seen.secondDerived, secondDerived, part));
            }
        }
        long start = seen.startNanos + slots * slotNanos;
        return new Frame(start, nowNanos, firstDerived, secondDerived, firsts, seconds, backs, seen.advance);
    }

    /** Notes how far the derived parts have come by now: none of it belongs to a later time. */
    void note(long nowNanos, long firstDerived, long secondDerived) {
        Frame seen = frame.get();
        while (isCurrent(seen, nowNanos)) {
            boolean more = firstDerived > seen.firstDerived || secondDerived > seen.secondDerived;
            if (!more && !isStale(seen, nowNanos)
                    || frame.compareAndSet(seen, seen.seen(nowNanos, firstDerived, secondDerived))) {
                return;
            }
            seen = frame.get();
        }
    }

    /**
     * Gives growth of the second total back, in the slot of the time at which it was made; in a later one where that slot did not grow
     * so much, as of two threads at the end of a slot either may be first. Growth that has left the window is not given back.
     *
     * @param precisionNanos how much later it may have been made
     * @param second the second total now
     */
    void giveBack(long amount, long madeNanos, long precisionNanos, long second) {
        for (; ; ) {
            Frame seen = frame.get();
            int earliest = slotOf(seen, madeNanos);
            int slot = earliest < 0 ? slotOf(seen, madeNanos + precisionNanos) : earliest;
            if (slot < 0 || giveBack(seen, slot, amount, second)) {
                return;
            }
        }
    }

    /** Gives growth of the second total back of which the time is not known: of the oldest first, which is forgotten first. */
    void giveBack(long amount, long second) {
        Frame seen = frame.get();
        while (!giveBack(seen, 0, amount, second)) {
            seen = frame.get();
        }
    }

    private boolean giveBack(Frame seen, int slot, long amount, long second) {
        long[] more = seen.backWith(slot, amount, second);
        return frame.compareAndSet(seen, seen.givenBack(more, seen.advance));
    }

    /** Gives back early what was made in the slots before the current one, the oldest first. That much less is left to advance. */
    void advance(Frame seen, long amount) {
        long[] more = seen.backWith(0, amount, seen.second[CURRENT]);
        frame.compareAndSet(seen, seen.givenBack(more, seen.advance - amount));
    }

    /** Returns the slot of a time, negative if the window has left it. */
    private int slotOf(Frame seen, long nanos) {
        long age = seen.startNanos - nanos;
        if (age <= 0 && age > OVERFLOWN) {
            return CURRENT;
        }
        long ago = 1 + Long.divideUnsigned(age - 1, slotNanos);
        return ago > CURRENT || ago < 0 ? -1 : CURRENT - (int) ago;
    }

    /** Returns which part of the time since the last look lies before a boundary. */
    private static double part(Frame seen, long boundary, long nowNanos) {
        return (double) (boundary - seen.seenNanos >>> 1) / (nowNanos - seen.seenNanos >>> 1);
    }

    private static long spread(long before, long after, double part) {
        return before + Math.min(after - before, (long) ((after - before) * part));
    }
}
