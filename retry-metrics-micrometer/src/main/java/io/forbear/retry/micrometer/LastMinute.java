package io.forbear.retry.micrometer;

import java.util.ArrayDeque;
import java.util.Deque;

/** Attempts and calls of the last minute, from the readings that were taken in it. Used under the lock of its owner. */
final class LastMinute {

    private static final long WINDOW_NANOS = 60_000_000_000L;
    /** Readings that are closer to each other than this count as one, so that there are thirteen at most. */
    private static final long STEP_NANOS = 5_000_000_000L;

    private record Then(long atNanos, long attempts, long made) {}

    private final Deque<Then> readings = new ArrayDeque<>();

    /**
     * Notes a reading, and returns how many attempts were made for each call since the oldest reading that is not more
     * than a minute old, or since the latest before it; not a number where no call was made.
     */
    double amplification(Figures figures, long nowNanos) {
        Then now = new Then(nowNanos, figures.attempts, figures.made());
        if (readings.isEmpty()) {
            readings.add(new Then(nowNanos, 0, 0));
        }
        while (readings.size() > 1 && nowNanos - second().atNanos >= WINDOW_NANOS) {
            readings.removeFirst();
        }
        Then oldest = readings.getFirst();
        if (nowNanos - readings.getLast().atNanos >= STEP_NANOS) {
            readings.addLast(now);
        }
        long made = now.made - oldest.made;
        return made <= 0 ? Double.NaN : (double) (now.attempts - oldest.attempts) / made;
    }

    private Then second() {
        var all = readings.iterator();
        all.next();
        return all.next();
    }
}
