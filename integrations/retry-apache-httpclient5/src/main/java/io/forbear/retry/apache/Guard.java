package io.forbear.retry.apache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Does something when a time has passed, unless it was stopped before. */
final class Guard {

    /** Completes with whether the time has passed; the first of both decides. */
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();

    private Guard() {}

    /**
     * Starts the time.
     *
     * @param action what is done on a thread of its own: the common pool may be occupied by others, and the JDK's timer
     *     serves all
     */
    static Guard after(Duration time, Runnable action) {
        Guard guard = new Guard();
        guard.end.completeOnTimeout(true, time.toNanos(), TimeUnit.NANOSECONDS).thenAccept(passed -> {
            if (passed) {
                begin(action);
            }
        });
        return guard;
    }

    private static void begin(Runnable action) {
        Thread thread = new Thread(action, "forbear-guard");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    /**
     * Stops the time.
     *
     * @return whether it had passed
     */
    boolean stop() {
        end.complete(false);
        return end.join();
    }
}
