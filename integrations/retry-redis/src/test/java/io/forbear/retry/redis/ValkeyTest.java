package io.forbear.retry.redis;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A fleet on Valkey: the script runs there, and errors are known by their codes as those of Redis are. All other tests
 * run on it where the environment variable {@code FORBEAR_REDIS_SERVER} names it.
 */
class ValkeyTest {

    private static final int INITIAL = 20;

    private RedisServer server;
    private RedisCommands<String, String> commands;

    @BeforeEach
    void start() {
        server = RedisServer.startValkey();
        commands = server.commands();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private FleetBudget budget() {
        return FleetBudget.builder(server.store(), "valkey")
                .capacity(40)
                .initial(INITIAL)
                .refillPerSecond(0)
                .ratio(0)
                .leaseTimeout(Duration.ofSeconds(10))
                .build();
    }

    private static int drained(RetryBudget budget) {
        int spent = 0;
        while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
            spent++;
        }
        return spent;
    }

    private static void awaitFloor(FleetBudget fleet, FloorReason reason) {
        Await.until("the floor, because of " + reason, () -> fleet.snapshot().reason() == reason);
    }

    @Test
    void twoProcessesSpendOnePotAndNoMore() {
        try (FleetBudget first = budget();
                FleetBudget second = budget()) {
            RetryBudget one = first.create(NanoClock.system());
            RetryBudget two = second.create(NanoClock.system());
            int[] spent = new int[1];
            Await.until("all is spent", () -> {
                spent[0] += drained(one) + drained(two);
                return first.snapshot().denied() > 2 && second.snapshot().denied() > 2;
            });

            // the token that each starts with is owed where the other one was sooner
            assertThat(spent[0]).isBetween(INITIAL / 2, INITIAL + 2);
            assertThat(first.snapshot().failures() + second.snapshot().failures())
                    .isZero();
        }
    }

    @Test
    void itsErrorsAreKnownByTheirCodes() {
        try (FleetBudget fleet = budget()) {
            RetryBudget budget = fleet.create(NanoClock.system());
            Await.until("a lease", () -> fleet.snapshot().state() == FleetState.LEASED);
            commands.scriptFlush();
            commands.configSet("maxmemory", "1");
            Await.until("a wish", () -> budget.tryWithdraw(TRANSIENT, NORMAL, 0) < 0);
            awaitFloor(fleet, FloorReason.OUT_OF_MEMORY);
            commands.configSet("maxmemory", "0");
            Await.until("a lease again", () -> fleet.snapshot().state() == FleetState.LEASED);

            commands.replicaof("127.0.0.1", 1);
            Await.until("a wish", () -> budget.tryWithdraw(TRANSIENT, NORMAL, 0) < 0);
            awaitFloor(fleet, FloorReason.READ_ONLY);
            commands.replicaofNoOne();
            Await.until("a lease at last", () -> fleet.snapshot().state() == FleetState.LEASED);
        }
    }
}
