package io.forbear.retry;

import java.util.concurrent.locks.LockSupport;

/**
 * Waits by parking, in whole nanoseconds; unmounts a virtual thread and pins none. Wakes early for nothing but an
 * interrupt.
 */
enum ParkingSleeper implements Sleeper {
    INSTANCE;

    @Override
    public void sleep(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(this, left);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public String toString() {
        return "Sleeper.parking()";
    }
}
