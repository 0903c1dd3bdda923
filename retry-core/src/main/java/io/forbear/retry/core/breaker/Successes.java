package io.forbear.retry.core.breaker;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The successes that a counting state does not hear of one by one: those of its feeds, and those of permits that no feed counts.
 * The total never falls. What a state counts of it lies between two readings.
 */
final class Successes {

    /** With more feeds than these, a failure does not sum them all. */
    private static final int FEW = 64;

    private final @Nullable Feeds feeds;
    private final LongAdder permitted = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    /** Reads the feeds, or nothing where there are none. */
    Successes(@Nullable Feeds feeds) {
        this.feeds = feeds;
    }

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

    /** The total, or 0 where there are many feeds and it is not yet time to sum them again: 64 of them for each question. */
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
