package io.forbear.retry.core.execution;

import io.forbear.retry.ContextCapture;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.Sleeper;
import io.forbear.retry.core.internal.SharedThreads;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What calls wait and run on. Immutable.
 *
 * @param sleeper how a blocking call waits
 * @param executor where asynchronous attempts after the first begin; {@code null} for that of the library
 * @param scheduler what wakes asynchronous calls; {@code null} for the timer that all services share
 * @param context carries the context of asynchronous calls; {@code null} for none
 */
public record Means(
        Sleeper sleeper,
        @Nullable Executor executor,
        @Nullable ScheduledExecutorService scheduler,
        @Nullable ContextCapture context) {

    /** The means of a service that was given none. */
    public static final Means DEFAULT = of(RetryRuntime.system());

    /** Returns those parts of a runtime that calls wait and run on. */
    public static Means of(RetryRuntime runtime) {
        return new Means(
                runtime.sleeper(),
                runtime.executor().orElse(null),
                runtime.scheduler().orElse(null),
                runtime.context().orElse(null));
    }

    /** Schedules the end of a wait: on the scheduler of the user, or the timer that all services share. */
    Future<?> schedule(Callable<?> task, long nanos) {
        ScheduledExecutorService own = scheduler;
        return (own == null ? SharedThreads.timer() : own).schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Tells whether limits of time are kept by the shared timer. They are where the time is that of the machine,
     * whatever scheduler there is, for a scheduler of the user may be shut down; by the scheduler where time is moved
     * by it, as in a test.
     */
    boolean areLimitsShared(NanoClock clock) {
        return scheduler == null || clock.equals(NanoClock.system());
    }

    /** Schedules a limit of time. */
    Future<?> scheduleLimit(Callable<?> task, long nanos, NanoClock clock) {
        return areLimitsShared(clock)
                ? SharedThreads.timer().schedule(task, nanos, TimeUnit.NANOSECONDS)
                : schedule(task, nanos);
    }

    /** Hands a task to the executor. */
    void execute(Runnable task) {
        Executor own = executor;
        (own == null ? SharedThreads.defaultExecutor() : own).execute(task);
    }
}
