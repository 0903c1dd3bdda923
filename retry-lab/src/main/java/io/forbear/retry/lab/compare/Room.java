package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Scenario;
import java.util.concurrent.Semaphore;

/**
 * The memory that runs share: runs of large fleets wait for each other, whatever the number of threads. A run that
 * alone needs more than there is gets all of it.
 */
final class Room {

    /** Of one process that calls through the library, measured and rounded up. */
    private static final long CONTROL_BYTES = 4_500;

    private static final double USABLE = 0.7;
    private static final long UNIT = 1 << 20;
    private static final int CLIENTS_OF_A_LAYER = 10;

    private final int units;
    private final Semaphore free;

    Room(long bytes) {
        this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, (long) (USABLE * bytes) / UNIT));
        this.free = new Semaphore(units, true);
    }

    /** Does something when there is room for the processes of a scenario. */
    void use(Scenario scenario, Runnable run) {
        int taken = (int) Math.min(units, bytes(scenario) / UNIT);
        free.acquireUninterruptibly(taken);
        try {
            run.run();
        } finally {
            free.release(taken);
        }
    }

    /** Processes that make at least one call, as many as chance lets expect; those of layers all do. */
    static long bytes(Scenario scenario) {
        double calls = scenario.callsPerSecond() * (scenario.endNanos() - scenario.startNanos()) / 1e9;
        double clients = scenario.clients() * -Math.expm1(-calls / scenario.clients());
        double between = (double) scenario.layers() * scenario.clients() / CLIENTS_OF_A_LAYER;
        return (long) ((clients + between) * CONTROL_BYTES);
    }
}
