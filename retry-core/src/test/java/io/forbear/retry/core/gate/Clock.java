package io.forbear.retry.core.gate;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that only tests move. */
final class Clock implements NanoClock {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 500_000_000L);

    @Override
    public long nanoTime() {
        return now.get();
    }

    void pass(double seconds) {
        now.addAndGet(Math.round(seconds * 1e9));
    }

    void passNanos(long nanos) {
        now.addAndGet(nanos);
    }
}
