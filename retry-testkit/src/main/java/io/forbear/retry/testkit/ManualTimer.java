package io.forbear.retry.testkit;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A task that waits for its time on a {@link ManualClock}. */
final class ManualTimer<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {

    private final ManualScheduler scheduler;
    private final long order;
    /** Zero for a task that runs once, positive from start to start, negative from end to start. */
    private final long periodNanos;
    /** Changed only while the timer is in no queue. */
    private volatile long dueNanos;

    ManualTimer(ManualScheduler scheduler, Callable<V> task, long order, long dueNanos, long periodNanos) {
        super(task);
        this.scheduler = scheduler;
        this.order = order;
        this.dueNanos = dueNanos;
        this.periodNanos = periodNanos;
    }

    long dueNanos() {
        return dueNanos;
    }

    @Override
    public boolean isPeriodic() {
        return periodNanos != 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(dueNanos - scheduler.clock().nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        ManualTimer<?> that = (ManualTimer<?>) other;
        int byTime = Long.signum(dueNanos - that.dueNanos);
        return byTime != 0 ? byTime : Long.compare(order, that.order);
    }

    @Override
    public void run() {
        if (!isPeriodic()) {
            scheduler.left(this);
            super.run();
        } else if (!runAndReset()) {
            scheduler.left(this);
        } else {
            dueNanos =
                    periodNanos > 0 ? dueNanos + periodNanos : scheduler.clock().nanoTime() - periodNanos;
            scheduler.again(this);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            scheduler.left(this);
        }
        return cancelled;
    }
}
