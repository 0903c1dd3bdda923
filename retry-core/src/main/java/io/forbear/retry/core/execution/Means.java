package io.forbear.retry.core.execution;

import io.forbear.retry.Sleeper;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * What calls wait and run on.
 *
 * @param sleeper how a blocking call waits
 * @param executor where asynchronous attempts after the first begin
 * @param scheduler what wakes asynchronous calls; asked for when the first one waits
 */
public record Means(Sleeper sleeper, Executor executor, Supplier<ScheduledExecutorService> scheduler) {

    /** The means of a service that was given none: parking, the common pool, one timer thread shared by all. */
    public static final Means DEFAULT =
            new Means(ParkingSleeper.INSTANCE, ForkJoinPool.commonPool(), SharedScheduler::get);
}
