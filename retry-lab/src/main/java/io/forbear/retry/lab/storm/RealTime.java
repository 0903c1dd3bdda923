package io.forbear.retry.lab.storm;

import io.forbear.retry.lab.simulate.Timeline;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Real time, and one thread on which events happen. Thread-safe. */
final class RealTime implements Timeline, AutoCloseable {

    private final long originNanos;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("storm-service"));

    /**
     * Begins.
     *
     * @param startNanos a {@link System#nanoTime()}
     * @param nanos which instant of the scenario that is
     */
    RealTime(long startNanos, long nanos) {
        this.originNanos = startNanos - nanos;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() - originNanos;
    }

    @Override
    public void in(long nanos, Event event) {
        try {
            thread.schedule(() -> happen(event), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // nothing happens any more
        }
    }

    /** A failure would be lost in the future that nobody looks at. */
    private static void happen(Event event) {
        try {
            event.happen();
        } catch (RuntimeException e) {
            System.getLogger(RealTime.class.getName()).log(System.Logger.Level.ERROR, "an event of the service", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
