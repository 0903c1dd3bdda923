package io.forbear.retry.redis;

import static io.forbear.retry.Criticality.CRITICAL;
import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.Retries;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The budget with a store that works. */
class FleetBudgetTest {

    /** What the user of the connection must be allowed; the page says the same. */
    static final String ACL =
            "~forbear:* +evalsha +eval +time +hmget +hset +hdel +zadd +zrem +zcard +zrangebyscore +pexpire";

    private static RedisServer server;
    private static StoreConnection store;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        store = server.store();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty() {
        server.commands().flushall();
    }

    private static FleetBudget.Builder budget() {
        return FleetBudget.builder(store, "users").refillPerSecond(0).ratio(0).leaseTimeout(Duration.ofSeconds(5));
    }

    private static RetryBudget leased(FleetBudget fleet) {
        RetryBudget budget = fleet.create(NanoClock.system());
        Await.until("a lease", () -> fleet.snapshot().state() == FleetState.LEASED);
        return budget;
    }

    /** Withdraws until the pot in the store is seen to be empty; returns how many tokens it got. */
    private static int drain(FleetBudget fleet, RetryBudget budget) {
        AtomicInteger got = new AtomicInteger();
        long deniedBefore = fleet.snapshot().denied();
        Await.until("the pot is empty", () -> {
            while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
                got.incrementAndGet();
            }
            return fleet.snapshot().denied() > deniedBefore + 1;
        });
        while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
            got.incrementAndGet(); // what came before the pot was seen to be empty
        }
        return got.get();
    }

    @Test
    void aFleetGetsWhatThePotHoldsAndNoMore() {
        try (FleetBudget one = budget().capacity(200).build();
                FleetBudget other = budget().capacity(200).build()) {
            RetryBudget first = leased(one);
            RetryBudget second = leased(other);

            int got = drain(one, first) + drain(other, second) + drain(one, first);

            // half of the capacity; a token that a process had before its first lease is charged, or owed
            assertThat(got * 1000L).isBetween(99_000L, 100_000L + debt());
            assertThat(one.snapshot().holders()).isEqualTo(2);
        }
    }

    private static long debt() {
        return Long.parseLong(server.commands().hget("forbear:{users}:pot", "debt"));
    }

    @Test
    void theSuccessesOfOneProcessEarnForAnother() {
        try (FleetBudget one = budget().capacity(100).initial(0).ratio(1).build();
                FleetBudget other = budget().capacity(100).initial(0).ratio(1).build()) {
            RetryBudget succeeds = leased(one);
            RetryBudget fails = leased(other);
            assertThat(fails.observesCalls()).isTrue();
            for (int i = 0; i < 10; i++) {
                succeeds.callSucceeded(0);
            }

            AtomicInteger got = new AtomicInteger();
            Await.until("ten retries of the other process", () -> {
                if (fails.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
                    got.incrementAndGet();
                }
                return got.get() + (int) (one.snapshot().balance() / 1000) >= 10;
            });
        }
    }

    @Test
    void closingGivesBackWhatIsLeft() {
        FleetBudget one = budget().capacity(200).build();
        RetryBudget budget = leased(one);
        Await.until("tokens", () -> one.snapshot().balance() >= 1000);

        one.close();
        one.close();

        Await.until("the store has them back", () -> "100000"
                .equals(server.commands().hget("forbear:{users}:pot", "bal")));
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(RetryBudget.REFUSED);
        assertThat(one.snapshot().state()).isEqualTo(FleetState.CLOSED);
        assertThat(server.commands().zcard("forbear:{users}:holders")).isZero();
        assertThatIllegalStateException()
                .isThrownBy(() -> one.create(NanoClock.system()))
                .withMessage("fleet budget users: closed (expected: open)");
    }

    @Test
    void theReserveIsForCriticalCallsOfTheWholeFleet() {
        try (FleetBudget one =
                budget().capacity(100).initial(50).reserveForCritical(0.3).build()) {
            RetryBudget budget = leased(one);

            int normal = drain(one, budget);
            AtomicInteger critical = new AtomicInteger();
            Runnable spendCritical = () -> {
                while (budget.tryWithdraw(TRANSIENT, CRITICAL, 0) >= 0) {
                    critical.incrementAndGet();
                }
            };
            long[] deniedWhenEmpty = {Long.MAX_VALUE};
            Await.until("the reserve is spent", () -> {
                spendCritical.run();
                FleetSnapshot seen = one.snapshot();
                if (seen.fleetBalance() == 0) { // the last tokens are told of before they can be spent
                    deniedWhenEmpty[0] = Math.min(deniedWhenEmpty[0], seen.denied());
                }
                return seen.denied() > deniedWhenEmpty[0];
            });
            spendCritical.run();

            assertThat(normal).isBetween(10, 20);
            assertThat(normal + critical.get()).isEqualTo(50);
        }
    }

    @Test
    void aBlockGrowsWhileItIsUsedUpSoon() {
        try (FleetBudget one = budget().capacity(10_000).build()) {
            RetryBudget budget = leased(one);

            int got = drain(one, budget);

            assertThat(got).isGreaterThanOrEqualTo(4_999);
            assertThat(one.snapshot().leases()).isLessThan(200);
            assertThat(budget.capacity()).isEqualTo(1_000_000);
        }
    }

    @Test
    void servicesThatUseTheSameBudgetShareItsTokens() {
        try (FleetBudget one = budget().build()) {
            assertThat(one.create(NanoClock.system())).isSameAs(one.create(() -> 5));
        }
    }

    @Test
    void aRetryIsMadeWithATokenOfTheFleet() throws Exception {
        try (FleetBudget one = budget().capacity(100).build();
                Retry retry = Retries.named("users").budget(one).build()) {
            leased(one);
            AtomicInteger attempts = new AtomicInteger();

            String result = retry.call(() -> {
                if (attempts.incrementAndGet() == 1) {
                    throw new IOException("connection reset");
                }
                return "ok";
            });

            assertThat(result).isEqualTo("ok");
            assertThat(attempts).hasValue(2);
        }
    }

    @Test
    void oneThreadLeasesForAllBudgetsAndEndsWithTheLast() {
        FleetBudget one = budget().build();
        FleetBudget other = FleetBudget.of(store, "orders");
        leased(one);
        other.create(NanoClock.system());

        // that of an earlier test may be about to end
        Await.until("one thread", () -> leaseThreads() == 1);
        one.close();
        other.close();

        Await.until("no thread", () -> leaseThreads() == 0);
    }

    private static long leaseThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("forbear-fleet-lease"))
                .count();
    }

    @Test
    void aBudgetThatIsNotReachableIsForgotten() {
        WeakReference<Object> lost = new WeakReference<>(leased(budget().build()));

        Await.until("it is collected", () -> {
            System.gc();
            return lost.get() == null;
        });
    }

    @Test
    void aServiceIsPartOfItsKeysPercentEncoded() {
        FleetSettings settings = new FleetSettings("a}b/é", 1, 1, 1, 1, 0, 1, 1, 1);

        assertThat(settings.keys())
                .isEqualTo(List.of("forbear:{a%7Db%2F%C3%A9}:pot", "forbear:{a%7Db%2F%C3%A9}:holders"));
    }

    @Test
    void aSettingOutOfRangeIsRefusedWithItsNameAndRule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> budget().capacity(0))
                .withMessage("capacity: 0 (expected: from 1 to 1000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> budget().ratio(Double.NaN))
                .withMessage("ratio: NaN (expected: from 0 to 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> budget().capacity(10).initial(11).build())
                .withMessage("initial: 11 (expected: at most capacity, 10)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> budget().leaseTimeout(Duration.ZERO))
                .withMessage("leaseTimeout: PT0S (expected: from PT0.001S to PT10S)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FleetBudget.of(store, " "))
                .withMessage("service:   (expected: 1 to 200 characters, not blank)");
    }

    @Test
    void thisAclSuffices() {
        server.commands()
                .dispatch(
                        CommandType.ACL,
                        new StatusOutput<>(StringCodec.UTF8),
                        acl("SETUSER fleet on >secret resetkeys -@all " + ACL));
        StoreConnection limited = LettuceStore.of(server.connectAs("fleet").async());
        server.commands().scriptFlush();

        try (FleetBudget one = FleetBudget.builder(limited, "users")
                .leaseTimeout(Duration.ofSeconds(10))
                .build()) {
            leased(one);
            assertThat(one.snapshot().failures()).isZero();
        }
    }

    private static CommandArgs<String, String> acl(String words) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
        for (String word : words.split(" ")) {
            arguments.add(word);
        }
        return arguments;
    }
}
