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
            thread.schedule(event::happen, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // nothing happens any more
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
