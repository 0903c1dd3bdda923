package io.forbear.retry.redis;

import static io.forbear.retry.Criticality.CRITICAL;
import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a process holds: the contract of a budget. */
class PotTest {

    @Property(tries = 200)
    void theBalanceIsInRangeAndNoTokenIsLostUnderAnyMoves(@ForAll Random random) {
        Pot pot = new Pot(20_000, true, 3_000);
        long put = 3_000;
        long spent = 0;
        for (int i = 0; i < 200; i++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    long amount = random.nextInt(9_000);
                    pot.add(amount);
                    put += amount;
                }
                case 1 -> pot.shrinkTo(random.nextInt(20_000));
                case 2 -> {
                    if (spent >= 1000) {
                        pot.refund(1000);
                        spent -= 1000;
                    }
                }
                default -> spent += Math.max(0, pot.tryWithdraw(TRANSIENT, NORMAL, 0));
            }
            assertThat(pot.balance()).isBetween(0L, pot.capacity());
            assertThat(pot.balance() + pot.surplus() + spent).isEqualTo(put);
        }
    }

    @Test
    void aRefundOfAnyAmountKeepsTheBalanceInRange() {
        Pot pot = new Pot(20_000, true, 3_000);

        for (long amount : new long[] {Long.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE, Long.MAX_VALUE}) {
            pot.refund(amount);
            assertThat(pot.balance()).isBetween(3_000L, 20_000L);
        }
    }

    @Test
    void aRefusalTakesNothing() {
        Pot pot = new Pot(20_000, true, 999);

        assertThat(pot.tryWithdraw(TRANSIENT, CRITICAL, 0)).isEqualTo(RetryBudget.REFUSED);
        assertThat(pot.balance()).isEqualTo(999);
        assertThat(pot.isWanted()).isTrue();
        assertThat(pot.takeWish()).isTrue();
        assertThat(pot.isWanted()).isFalse();
    }

    @Test
    void whatIsLeftIsForCriticalCallsOnceTheReserveIsReached() {
        Pot pot = new Pot(20_000, true, 5_000);
        pot.setCriticalOnly(true);

        assertThat(pot.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(RetryBudget.REFUSED);
        assertThat(pot.tryWithdraw(TRANSIENT, CRITICAL, 0)).isEqualTo(1000);
    }

    @Test
    void aWithdrawalAboveTheLowWaterMarkWantsNothing() {
        Pot pot = new Pot(20_000, true, 5_000);
        pot.setLowWater(3_000);

        pot.tryWithdraw(TRANSIENT, NORMAL, 0);
        pot.tryWithdraw(TRANSIENT, NORMAL, 0);
        assertThat(pot.isWanted()).isFalse();
        pot.tryWithdraw(TRANSIENT, NORMAL, 0);

        assertThat(pot.isWanted()).isTrue();
    }

    @Test
    void threadsTakeEachTokenOnce() throws InterruptedException {
        Pot pot = new Pot(1_000_000, true, 0);
        AtomicLong spent = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int k = 0; k < 50_000; k++) {
                    long taken = pot.tryWithdraw(TRANSIENT, NORMAL, 0);
                    if (taken > 0 && k % 3 == 0) {
                        pot.refund(taken);
                    } else if (taken > 0) {
                        spent.addAndGet(taken);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; i < 20_000; i++) {
            pot.add(3_500);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(spent.get() + pot.balance() + pot.surplus()).isEqualTo(20_000 * 3_500L);
    }
}
