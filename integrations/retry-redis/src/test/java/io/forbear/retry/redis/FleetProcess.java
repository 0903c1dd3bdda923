package io.forbear.retry.redis;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of a fleet that wants retries all the time. A line of its input names the pot from which it draws; the next
 * line, of whatever text, ends that; the end of its input ends the process. It writes {@value #RETRY} for each retry
 * that it is granted, {@value #FLOOR} for each token that it may spend without a lease, and {@value #END} when it waits
 * for a pot.
 */
final class FleetProcess {

    static final char END = '|';
    static final char RETRY = '.';
    static final char FLOOR = 'f';

    static final int CAPACITY = 200;
    static final int INITIAL = 100;
    static final double REFILL = 20;

    private static final long PAUSE_NANOS = 10_000_000;

    private final PrintStream out;

    private FleetProcess(PrintStream out) {
        this.out = out;
    }

    private static FleetBudget budget(StoreConnection store, String pot, int processes, Duration timeout) {
        return FleetBudget.builder(store, pot)
                .capacity(CAPACITY)
                .initial(INITIAL)
                .refillPerSecond(REFILL)
                .ratio(0)
                .expectedProcesses(processes)
                .leaseTimeout(timeout)
                .build();
    }

    /** Takes the port of the store, the number of processes, and the lease timeout in milliseconds. */
    public static void main(String[] arguments) throws IOException {
        RedisClient client = RedisClient.create("redis://127.0.0.1:" + arguments[0]);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        StoreConnection store = LettuceStore.of(client.connect().async());
        int processes = Integer.parseInt(arguments[1]);
        Duration timeout = Duration.ofMillis(Long.parseLong(arguments[2]));
        FleetProcess process = new FleetProcess(System.out);
        System.out.write(END);
        System.out.flush();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String pot = in.readLine(); pot != null; pot = in.readLine()) {
            process.draw(budget(store, pot, processes, timeout), in);
        }
        Runtime.getRuntime().halt(0);
    }

    private void draw(FleetBudget fleet, BufferedReader in) throws IOException {
        RetryBudget budget = fleet.create(NanoClock.system());
        long floor = 0;
        while (!in.ready() && !out.checkError()) { // an error: the parent is gone
            while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
                out.write(RETRY);
            }
            for (long now = fleet.snapshot().floor() / 1000; floor < now; floor++) {
                out.write(FLOOR);
            }
            out.flush();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        in.readLine();
        fleet.close();
        out.write(END);
        out.flush();
    }
}
