package io.forbear.retry.core.breaker;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The successes that a counting state reads instead of being told one by one: those of the breaker's feeds, and those
 * of permits that no feed counts. The total never falls; the successes of a state are the difference of two readings.
 */
final class Successes {

    /** With more feeds than these, a failure does not sum them all. */
    private static final int FEW = 64;

    private final @Nullable Feeds feeds;
    private final LongAdder permitted = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    /** Reads these feeds; with {@code null} the total stays zero. */
    Successes(@Nullable Feeds feeds) {
        this.feeds = feeds;
    }

    /** A permit told a success that no feed counts. */
    void permitted() {
        permitted.increment();
    }

    long toldByPermits() {
        return permitted.sum();
    }

    long total() {
        Feeds source = feeds;
        return source == null ? 0 : source.total() + permitted.sum();
    }

    /**
     * Returns the total, or 0 if there are so many feeds that it is not yet time to sum them again. The sum costs one
     * reading per feed, so it is taken once in as many questions as there are groups of {@link #FEW} feeds.
     */
    long glance() {
        Feeds source = feeds;
        int size = source == null ? 0 : source.size();
        if (size > FEW) {
            skipped.increment();
            if (skipped.sum() * FEW < size) {
                return 0;
            }
            skipped.reset();
        }
        return total();
    }
}
