package io.forbear.retry.redis;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process does. */
final class Await {

    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private Await() {}

    static void until(String what, BooleanSupplier holds) {
        long start = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("not within 120 s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
