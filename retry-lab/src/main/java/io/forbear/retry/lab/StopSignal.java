package io.forbear.retry.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C into a question that the run asks itself: the process ends when what was measured has been written, and
 * with the exit code that the signal gives (130 for SIGINT).
 */
final class StopSignal {

    private static final long PATIENCE_SECONDS = 10;
    private static final CountDownLatch FINISHED = new CountDownLatch(1);
    private static volatile boolean stopped;

    private StopSignal() {}

    static void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(StopSignal::stop, "stop-signal"));
    }

    static boolean stopped() {
        return stopped;
    }

    /** Everything is written: the process may end. */
    static void finished() {
        FINISHED.countDown();
    }

    private static void stop() {
        stopped = true;
        try {
            FINISHED.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
