package io.forbear.retry.redis;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A process of a fleet that wants retries all the time, and writes a byte for each that it is granted. */
final class FleetProcess {

    static final int CAPACITY = 200;
    static final int INITIAL = 100;
    static final double REFILL = 20;

    private FleetProcess() {}

    static FleetBudget budget(StoreConnection store, int processes) {
        return FleetBudget.builder(store, "processes")
                .capacity(CAPACITY)
                .initial(INITIAL)
                .refillPerSecond(REFILL)
                .ratio(0)
                .expectedProcesses(processes)
                .leaseTimeout(Duration.ofMillis(200))
                .build();
    }

    /** Takes the port of the store and the number of processes; ends when its input does. */
    public static void main(String[] arguments) throws IOException {
        RedisClient client = RedisClient.create("redis://127.0.0.1:" + arguments[0]);
        FleetBudget fleet = budget(LettuceStore.of(client.connect().async()), Integer.parseInt(arguments[1]));
        RetryBudget budget = fleet.create(NanoClock.system());
        while (System.in.available() == 0) {
            while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
                System.out.write('.');
            }
            System.out.flush();
            LockSupport.parkNanos(5_000_000);
        }
        System.out.write('F');
        for (long floor = fleet.snapshot().floor() / 1000; floor > 0; floor--) {
            System.out.write('f');
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
