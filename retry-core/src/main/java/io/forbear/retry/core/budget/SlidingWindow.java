package io.forbear.retry.core.budget;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A window over two running totals. It stores the value of each total at the start of each of the last slots, so that
 * the growth within the window is one subtraction. No event adds anything to it; the window moves on when a thread
 * looks at it. Growth of the second total can be {@linkplain #giveBack given back} in the slot in which it was made.
 */
final class SlidingWindow {
    /*
     * State      frame: the totals at the starts of the last SLOTS slots, of which the last one is current.
     *
     *                at[0]   at[1]           ...           at[SLOTS - 1]
     *            ------|-------|----------------------------------|--------> now
     *
     * Invariant  the starts of slots lie on one grid, which the first slot sets: however late a look comes, the grid
     *            does not drift. In each slot, 0 <= given back <= growth of the second total: nothing is given back
     *            twice, and nothing that has left the window.
     * Writers    roll(): of the threads that first look in a later slot one swaps the frame; the others take its frame.
     *            note(): swaps it for a frame of the same slots with later readings. giveBack(), advance(): for a frame
     *            in which more is given back. note and giveBack try again if they lose against another thread.
     * Ordering   volatile; a frame is immutable. Growth between the reading of a total and the swap counts for the
     *            later slot.
     * Progress   lock-free. A look allocates nothing; one frame is allocated per slot with a look, per note and per
     *            giving back. A thread with an older time reads the frame as it is.
     * Stress     SlidingWindowStress.RollRacesRoll, NoteRacesNote, RefundRacesRefund, RefundRacesRoll (retry-jcstress)
     */
    static final int SLOTS = 10;

    private static final int CURRENT = SLOTS - 1;

    /** A negative elapsed time above this is a reading older than the frame; below this it is an overflow. */
    private static final long OVERFLOWN = -(1L << 62);

    private final long slotNanos;
    private final AtomicReference<Frame> frame;
    private volatile boolean ticked;

    /**
     * A running total.
     *
     * @param reported the part that callers report as it happens: its growth belongs to the slot of the frame
     * @param derived the part that is read from counters: its growth is spread evenly over the time since the last look
     */
    record Total(long reported, long derived) {}

    /** One position of the window. Its arrays are not written after it is published. */
    static final class Frame {
        /** The start of the current slot. */
        private final long startNanos;
        /** The time, in that slot, at which the derived parts were read. */
        private final long seenNanos;
        /** The derived part of the first total at that time. */
        private final long firstDerived;
        /** The derived part of the second total at that time. */
        private final long secondDerived;
        /** The first total at the start of each slot. */
        private final long[] first;
        /** The second total at the start of each slot. */
        private final long[] second;
        /** How much of the second total's growth in each slot was given back. */
        private final long[] back;
        /** How much may still be {@linkplain SlidingWindow#advance advanced}. */
        private final long advance;

        private final long backSum;
        private final long advanceable;

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
            this.advanceable = Math.max(0, Math.min(advance, second[CURRENT] - second[0] - earlier));
        }

        /** Returns the first total at the start of the window. */
        long first() {
            return first[0];
        }

        /** Returns the second total at the start of the window, plus what was given back since. */
        long second() {
            return second[0] + backSum;
        }

        /** Returns how much of the second total's growth in earlier slots can be given back early. */
        long advanceable() {
            return advanceable;
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

    /**
     * Tells the window that it is looked at once a slot while the derived parts grow: their growth then belongs to now.
     */
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

    /** Tells whether a quarter of a slot has passed since the derived parts were read. */
    private boolean isStale(Frame seen, long nowNanos) {
        return nowNanos - seen.seenNanos >= slotNanos / 4;
    }

    /** Replaces a frame that is not current by one that is; returns the frame of the thread that was first. */
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

    /** Returns the frame that follows. Differences of time are unsigned, so that any idle time fits. */
    private Frame after(Frame seen, long nowNanos, Total first, Total second) {
        // a note of another thread may be newer than the readings of this one
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
                firsts[i] =
                        Math.max(seen.first[CURRENT], first.reported + spread(seen.firstDerived, firstDerived, part));
                seconds[i] = Math.max(
                        seen.second[CURRENT], second.reported + spread(seen.secondDerived, secondDerived, part));
            }
        }
        long start = seen.startNanos + slots * slotNanos;
        return new Frame(start, nowNanos, firstDerived, secondDerived, firsts, seconds, backs, seen.advance);
    }

    /** Notes the derived parts as of now, so that none of their growth is spread over later times. */
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
     * Gives back growth of the second total, in the slot of the time at which it was made. If that slot has not grown
     * so much, the rest goes to later slots: of two threads at the end of a slot either may have been first. Growth
     * that has left the window is not given back.
     *
     * @param precisionNanos how much later than {@code madeNanos} it may have been made
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

    /** Gives back growth of unknown time: from the oldest slot on, which leaves the window first. */
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

    /**
     * Gives back growth of the slots before the current one early, from the oldest on, and takes it off what is left to
     * advance. If another thread has changed the frame, nothing happens.
     */
    void advance(Frame seen, long amount) {
        long[] more = seen.backWith(0, amount, seen.second[CURRENT]);
        frame.compareAndSet(seen, seen.givenBack(more, seen.advance - amount));
    }

    /** Returns the slot of a time; negative if that time has left the window. */
    private int slotOf(Frame seen, long nanos) {
        long age = seen.startNanos - nanos;
        if (age <= 0 && age > OVERFLOWN) {
            return CURRENT;
        }
        long ago = 1 + Long.divideUnsigned(age - 1, slotNanos);
        return ago > CURRENT || ago < 0 ? -1 : CURRENT - (int) ago;
    }

    /** Returns the part of the time since the last look that lies before a boundary. */
    private static double part(Frame seen, long boundary, long nowNanos) {
        return (double) (boundary - seen.seenNanos >>> 1) / (nowNanos - seen.seenNanos >>> 1);
    }

    private static long spread(long before, long after, double part) {
        return before + Math.min(after - before, (long) ((after - before) * part));
    }
}
