package io.forbear.retry.core.gate;

import org.jspecify.annotations.Nullable;

/** Those who wait, in the order in which they came: a list that any of them can leave at once. Not thread-safe. */
final class Line {

    /** A place in the list. */
    abstract static class Spot {
        private @Nullable Spot before;
        private @Nullable Spot behind;
        private long number;
    }

    private @Nullable Spot first;
    private @Nullable Spot last;
    private long size;
    private long numbers;

    void join(Spot spot) {
        spot.number = ++numbers;
        spot.before = last;
        if (last == null) {
            first = spot;
        } else {
            last.behind = spot;
        }
        last = spot;
        size++;
    }

    void leave(Spot spot) {
        Spot before = spot.before;
        Spot behind = spot.behind;
        if (before == null) {
            first = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.before = before;
        }
        spot.before = null;
        spot.behind = null;
        size--;
    }

    /** Returns the place of one who waits, from 1; at most too high by those who left between the first and it. */
    long rank(Spot spot) {
        Spot head = first;
        return head == null ? 1 : Math.min(size, spot.number - head.number + 1);
    }

    @Nullable
    Spot first() {
        return first;
    }

    long size() {
        return size;
    }
}
