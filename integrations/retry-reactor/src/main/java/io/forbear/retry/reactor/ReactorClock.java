package io.forbear.retry.reactor;

import io.forbear.retry.NanoClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;

/**
 * The time of whichever scheduler there is. Where another takes its place, as virtual time does in a test, the clock
 * goes on from its last reading: it never goes back.
 */
final class ReactorClock implements NanoClock {
    /*
     * State      epoch: the scheduler that was read last, and what is added to its time. Replaced as a whole, by CAS.
     */

    private record Epoch(Scheduler scheduler, long offset) {

        long now() {
            return scheduler.now(TimeUnit.NANOSECONDS) + offset;
        }
    }

    private final Supplier<? extends Scheduler> scheduler;
    private final AtomicReference<Epoch> epoch;

    ReactorClock(Supplier<? extends Scheduler> scheduler) {
        this.scheduler = scheduler;
        this.epoch = new AtomicReference<>(new Epoch(scheduler.get(), 0));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // another scheduler
    public long nanoTime() {
        Scheduler current = scheduler.get();
        for (; ; ) {
            Epoch seen = epoch.get();
            if (seen.scheduler == current) {
                return seen.now();
            }
            Epoch next = new Epoch(current, seen.now() - current.now(TimeUnit.NANOSECONDS));
            if (epoch.compareAndSet(seen, next)) {
                return next.now();
            }
        }
    }

    @Override
    public String toString() {
        return "ReactorClock";
    }
}
