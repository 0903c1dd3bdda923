package io.forbear.retry.core.breaker;

import io.forbear.retry.NanoClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that a test moves by hand. */
final class ManualClock implements NanoClock {

    private final AtomicLong nanos;

    ManualClock() {
        this(0);
    }

    ManualClock(long startNanos) {
        this.nanos = new AtomicLong(startNanos);
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }
}
