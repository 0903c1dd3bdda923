package io.forbear.retry.reactor;

import java.util.List;
import java.util.Map;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound what a call does that looks as if it blocked:
 *
 * <ul>
 *   <li>It waits for a lock of the JDK, as long as a few instructions of another thread take: that of the timer that
 *       ends waits and limits of time, when a timer is taken off, and that of a pool which adds a thread. Reactor
 *       allows its own schedulers the same.
 *   <li>The loops of the engine that are free of locks hint to the processor that they try again, by {@code
 *       Thread.onSpinWait}. They wait for no other thread.
 * </ul>
 *
 * <p>BlockHound finds this class by itself on the class path. It is loaded only where an application has BlockHound.
 *
 * @since 0.1
 */
@SuppressWarnings("exports") // users of the module need BlockHound only where they name this class
public final class ForbearBlockHoundIntegration implements BlockHoundIntegration {

    private static final String CORE = "io.forbear.retry.core.";

    /** The methods of the engine, by their class, that hint that they try again. */
    static final Map<String, List<String>> SPINNING = Map.of(
            CORE + "breaker.Breaker", List.of("reset"),
            CORE + "budget.ConcurrencyShareBudget", List.of("step"),
            CORE + "budget.LedgerBudget", List.of("move", "trySpendWithin"),
            CORE + "client.Client", List.of("withdraw", "preventEviction", "deposit", "succeeded", "recordFailure"),
            CORE + "client.ClientRanking", List.of("add"),
            CORE + "client.ClientRanking$Counter", List.of("tryAdd"),
            CORE + "service.EventRing", List.of("store"));

    /** Called by the service loader. */
    public ForbearBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
        builder.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "addWorker");
        SPINNING.forEach((type, methods) -> methods.forEach(method -> builder.allowBlockingCallsInside(type, method)));
    }
}
