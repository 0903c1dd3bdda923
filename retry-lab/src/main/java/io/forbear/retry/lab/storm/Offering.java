package io.forbear.retry.lab.storm;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Makes calls when they are due, whatever becomes of them (an open loop: a slow service is offered no less), and does
 * something once in each slice of time.
 */
final class Offering {

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(Meter.SLICE_MILLIS);

    private final Course course;
    private final long startNanos;
    private final BooleanSupplier stop;
    private final Runnable slice;

    /**
     * Prepares.
     *
     * @param startNanos {@link System#nanoTime()} of the beginning of the run
     * @param stop asked often; {@code true} ends it early
     * @param slice runs once in each slice
     */
    Offering(Course course, long startNanos, BooleanSupplier stop, Runnable slice) {
        this.course = course;
        this.startNanos = startNanos;
        this.stop = stop;
        this.slice = slice;
    }

    /** Makes the calls of a fleet; returns for how many milliseconds it did so. */
    long run(Fleet fleet) {
        Calls calls = course.calls();
        long nextSlice = startNanos;
        boolean more = calls.next();
        while (more) {
            if (stop.getAsBoolean()) {
                return ranMillis();
            }
            long now = System.nanoTime();
            if (now >= nextSlice) {
                nextSlice += SLICE_NANOS;
                slice.run();
            }
            long due = startNanos + calls.dueNanos();
            if (now >= due) {
                fleet.call(calls.client(), calls.place(), due);
                more = calls.next();
            } else {
                LockSupport.parkNanos(Math.min(due, nextSlice) - now);
            }
        }
        return course.scenario().durationMillis();
    }

    /** Waits while others make the calls; returns for how many milliseconds they did so. */
    long await() {
        long end = startNanos + TimeUnit.MILLISECONDS.toNanos(course.scenario().durationMillis());
        long nextSlice = startNanos;
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            if (stop.getAsBoolean()) {
                return ranMillis();
            }
            if (now >= nextSlice) {
                nextSlice += SLICE_NANOS;
                slice.run();
            } else {
                LockSupport.parkNanos(nextSlice - now);
            }
        }
        return course.scenario().durationMillis();
    }

    private long ranMillis() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        return Math.max(0, Math.min(millis, course.scenario().durationMillis()));
    }
}
