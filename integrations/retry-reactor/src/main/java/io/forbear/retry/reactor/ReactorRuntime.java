package io.forbear.retry.reactor;

import io.forbear.retry.RetryRuntime;
import java.util.Objects;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runtimes whose clock, waits, limits of time and later attempts are those of a {@link Scheduler} of Reactor.
 *
 * <pre>{@code
 * Retry users = Retries.named("users").runtime(ReactorRuntime.parallel()).build();
 * }</pre>
 *
 * <p>A service on such a runtime lives by virtual time wherever its scheduler does, as in {@code
 * StepVerifier.withVirtualTime}, also if it was built before. Its asynchronous attempts after the first run on the
 * threads of the scheduler, with what hooks of Reactor put there, such as a logging context. Blocking calls sleep on
 * their own thread, by the time of the machine.
 *
 * @since 0.1
 */
public final class ReactorRuntime {

    private ReactorRuntime() {}

    /**
     * Returns a runtime on {@link Schedulers#parallel()}, whichever that is at each moment.
     *
     * @return a new runtime
     */
    public static RetryRuntime parallel() {
        return on(Schedulers::parallel);
    }

    /**
     * Returns a runtime on a scheduler.
     *
     * @param scheduler is asked for each time; the library never disposes of it
     * @return a new runtime
     */
    public static RetryRuntime on(Supplier<? extends Scheduler> scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        return RetryRuntime.builder()
                .clock(new ReactorClock(scheduler))
                .scheduler(new ReactorTimer(scheduler))
                .executor(task -> scheduler.get().schedule(task))
                .build();
    }
}
