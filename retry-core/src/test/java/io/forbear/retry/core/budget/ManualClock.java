package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import java.time.Duration;

/** A clock that stands until it is moved. */
final class ManualClock implements NanoClock {

    private volatile long now;

    ManualClock() {
        this(0);
    }

    ManualClock(long start) {
        this.now = start;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    void advance(Duration time) {
        now += time.toNanos();
    }

    void advanceNanos(long nanos) {
        now += nanos;
    }
}
