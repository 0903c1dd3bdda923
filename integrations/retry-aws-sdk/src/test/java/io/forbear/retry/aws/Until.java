package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what only asking tells: how many messages a queue has, how many a consumer. */
public final class Until {

    private Until() {}

    /** Asks fifty times a second, for two minutes at most. */
    public static void until(BooleanSupplier done) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("two minutes have passed").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
