package io.forbear.retry.core.execution;

import io.forbear.retry.Sleeper;
import java.util.concurrent.CompletableFuture;
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
    public static final Means DEFAULT = new Means(ParkingSleeper.INSTANCE, commonPool(), SharedScheduler::get);

    /**
     * The common pool. One that was configured to have no threads runs nothing before JDK 25, and says that it has one: then each
     * attempt gets a thread, as a stage without an executor does.
     */
    private static Executor commonPool() {
        return Integer.getInteger("java.util.concurrent.ForkJoinPool.common.parallelism", 1) > 0
                ? ForkJoinPool.commonPool()
                : new CompletableFuture<Void>().defaultExecutor();
    }
}
