package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.forbear.retry.RetryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final ClientBudget TEN_A_MINUTE = new ClientBudget(100_000, 10_000, MINUTE);

    private long now = 17;

    private Client client(ClientBudget budget) {
        return new ClientTable(1, budget, () -> now).get("c");
    }

    private Client drained(ClientBudget budget) {
        Client client = client(budget);
        assertThat(client.tryWithdraw(budget.capacityMilli(), 0, now)).isEqualTo(budget.capacityMilli());
        return client;
    }

    @Test
    void startsFullAndRefusesWhatItDoesNotHold() {
        Client client = client(new ClientBudget(2_000, 0, 1));

        assertThat(client.hasBudget()).isTrue();
        assertThat(client.capacityMilli()).isEqualTo(2_000);
        assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
        assertThat(client.tryWithdraw(1_001, 0, now)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
        assertThat(client.tryWithdraw(1, 0, now)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(0, 0, now)).isZero();
        assertThat(client.balanceMilli(now)).isZero();
    }

    @Test
    void leavesTheReserveUntouched() {
        Client client = client(new ClientBudget(3_000, 0, 1));

        assertThat(client.tryWithdraw(1_000, 2_001, now)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(1_000, 2_000, now)).isEqualTo(1_000);
        assertThat(client.tryWithdraw(1_000, 2_000, now)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
    }

    @Test
    void refusesCostsAndReservesBeyondAnyCapacity() {
        Client client = client(TEN_A_MINUTE);

        assertThat(client.tryWithdraw(Long.MAX_VALUE, Long.MAX_VALUE, now)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(1, Long.MAX_VALUE, now)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(Long.MAX_VALUE, 0, now)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.balanceMilli(now)).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 17, -5, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 3 * SECOND, -3 * SECOND})
    void aTokenIsBackAfterSixSecondsAndNotANanosecondSooner(long origin) {
        now = origin;
        Client client = drained(TEN_A_MINUTE);

        now = origin + 6 * SECOND - 1;
        assertThat(client.balanceMilli(now)).isEqualTo(999);
        assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(RetryBudget.REFUSED);
        now = origin + 6 * SECOND;
        assertThat(client.balanceMilli(now)).isEqualTo(1_000);
        assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(1_000);
        assertThat(client.tryWithdraw(1_000, 0, now)).isEqualTo(RetryBudget.REFUSED);
    }

    /** Frequent looks must not change the refill, as in tower-resilience#370 and the like. */
    @ParameterizedTest
    @ValueSource(longs = {1, 7, 333, 999, 10_000, 333_000, 1_000_003})
    void refillsDoNotDriftHoweverOftenTokensAreWithdrawn(long refillMilli) {
        Client client = drained(new ClientBudget(1_000_000, refillMilli, MINUTE));
        long start = now;
        long taken = 0;
        long step = 61_803_398L;
        while (now - start < 600 * SECOND) {
            now += step;
            taken += Math.max(0, client.tryWithdraw(1, 0, now));
            long balance = client.balanceMilli(now);
            long flowed = Math.floorDiv(Math.multiplyExact((now - start) / 1000, refillMilli), MINUTE / 1000);
            if (balance < 990_000) {
                assertThat(taken + balance).isCloseTo(flowed, within(1L));
            }
        }
    }

    @Test
    void anIdleBucketIsFullAfterAnyTime() {
        for (long idle : new long[] {10 * MINUTE, 365L * 24 * 60 * MINUTE, Long.MAX_VALUE}) {
            Client client = drained(TEN_A_MINUTE);
            now += idle;
            assertThat(client.balanceMilli(now)).isEqualTo(100_000);
            assertThat(client.tryWithdraw(100_000, 0, now)).isEqualTo(100_000);
            assertThat(client.tryWithdraw(1, 0, now)).isEqualTo(RetryBudget.REFUSED);
        }
    }

    @Test
    void aReaderWithAnOldTimeSeesNoMoreThanThereIs() {
        Client client = client(TEN_A_MINUTE);
        now += MINUTE;
        client.tryWithdraw(100_000, 0, now);

        assertThat(client.balanceMilli(now - 30 * SECOND)).isZero();
        assertThat(client.tryWithdraw(1, 0, now - 30 * SECOND)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(1, 0, now - 59 * SECOND)).isEqualTo(RetryBudget.REFUSED);
        assertThat(client.tryWithdraw(1, 0, Long.MIN_VALUE + now)).isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void givesBackUpToTheCapacity() {
        Client client = client(new ClientBudget(10_000, 0, 1));
        client.tryWithdraw(4_000, 0, now);

        client.refund(1_000, now);
        assertThat(client.balanceMilli(now)).isEqualTo(7_000);
        client.refund(Long.MAX_VALUE, now);
        assertThat(client.balanceMilli(now)).isEqualTo(10_000);
        client.refund(1_000, now);
        assertThat(client.tryWithdraw(10_000, 0, now)).isEqualTo(10_000);
        assertThat(client.balanceMilli(now)).isZero();
    }

    @Test
    void holdsAnyCapacityAndRate() {
        for (long capacity : new long[] {1, 1_000, 1L << 40, 1L << 55}) {
            for (long refill : new long[] {1, 999_983, Long.MAX_VALUE}) {
                for (long period : new long[] {1, 999_979, MINUTE, Long.MAX_VALUE}) {
                    Client client = client(new ClientBudget(capacity, refill, period));
                    assertThat(client.capacityMilli()).isEqualTo(capacity);
                    assertThat(client.tryWithdraw(1, 0, now)).isEqualTo(1);
                    assertThat(client.balanceMilli(now)).isEqualTo(capacity - 1);
                    assertThat(client.tryWithdraw(capacity, 0, now)).isEqualTo(RetryBudget.REFUSED);
                }
            }
        }
        assertThat(client(new ClientBudget(Long.MAX_VALUE, 1, 1)).capacityMilli())
                .isEqualTo(1L << 56);
    }

    @Test
    void grantsFreelyWithoutABudget() {
        Client client = new ClientTable(1, null, () -> now).get("c");

        assertThat(client.hasBudget()).isFalse();
        assertThat(client.tryWithdraw(1_000, 0, now)).isZero();
        client.refund(1_000, now);
        assertThat(client.balanceMilli(now)).isZero();
        assertThat(client.capacityMilli()).isZero();
    }

    @Test
    void countsOperationsAndAttempts() {
        Client client = client(TEN_A_MINUTE);
        client.succeeded(1);
        client.succeeded(3);
        client.failed(4);
        client.failed(0);

        assertThat(client.operations()).isEqualTo(4);
        assertThat(client.successes()).isEqualTo(2);
        assertThat(client.recovered()).isEqualTo(1);
        assertThat(client.attempts()).isEqualTo(8);
        assertThat(client.successRate()).isEqualTo(0.5);
        assertThat(client.isOverflow()).isFalse();
    }

    @Test
    void successRateIsThatOfTheLastTwentyOperations() {
        Client client = client(TEN_A_MINUTE);
        assertThat(client.successRate()).isEqualTo(1);

        for (int i = 0; i < 50; i++) {
            client.failed(1);
        }
        assertThat(client.successRate()).isZero();
        for (int i = 1; i <= 20; i++) {
            client.succeeded(1);
            assertThat(client.successRate()).isEqualTo(i / 20.0);
        }
        assertThat(client.operations()).isEqualTo(70);
    }

    @Test
    void refusesAmountsBelowZero() {
        Client client = client(TEN_A_MINUTE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.tryWithdraw(-1, 0, now))
                .withMessage("costMilli: -1 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.tryWithdraw(0, -2, now))
                .withMessage("reserveMilli: -2 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.refund(-3, now))
                .withMessage("milli: -3 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientBudget(0, 1, 1))
                .withMessage("capacityMilli: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientBudget(1, -1, 1))
                .withMessage("refillMilli: -1 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientBudget(1, 1, 0))
                .withMessage("refillPeriodNanos: 0 (expected: >= 1)");
    }
}
