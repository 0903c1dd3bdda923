package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.CRITICAL;
import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.Criticality.SHEDDABLE;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The values that descriptions accept and refuse, with the messages. */
class SpecTest {

    private final ManualClock clock = new ManualClock();

    private static void assertRefused(ThrowingCallable setting, String message) {
        assertThatThrownBy(setting).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void bucketSaysWhatItRefuses() {
        assertRefused(() -> RetryBudgets.tokenBucket(0), "capacity: 0 (expected: from 1 to 2147483647)");
        TokenBucketSpec spec = RetryBudgets.tokenBucket(10);
        assertRefused(() -> spec.refill(0, ofSeconds(1)), "refill: 0.0 (expected: >= 0.001 tokens)");
        assertRefused(
                () -> spec.refill(1, Duration.ZERO), "refill period: PT0S (expected: from PT0.000000001S to PT8760H)");
        assertRefused(
                () -> spec.refill(100_001, ofSeconds(1)),
                "refill: 100001.0 per PT1S (expected: at most 100000 per second)");
        assertRefused(() -> spec.initial(10.5), "initial: 10.5 (expected: from 0.0 to 10.0)");
        assertThatThrownBy(() -> spec.refill(1, Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ratioSaysWhatItRefuses() {
        assertRefused(() -> RetryBudgets.ratio(10), "ratio: 10.0 (expected: from 0.0 to 1.0; 10 % is 0.1)");
        assertRefused(() -> RetryBudgets.ratio(1.001), "ratio: 1.001 (expected: from 0.0 to 1.0; 10 % is 0.1)");
        assertRefused(
                () -> RetryBudgets.retriesPerCall(1000.5), "retriesPerCall: 1000.5 (expected: from 0.0 to 1000.0)");
        assertRefused(() -> RetryBudgets.ratio().initial(1001), "initial: 1001 (expected: from 0 to 1000)");
        assertRefused(() -> RetryBudgets.ratio().initial(-1), "initial: -1 (expected: from 0 to 1000)");
        assertRefused(
                () -> RetryBudgets.ratio().minPerSecond(-1), "minPerSecond: -1.0 (expected: from 0.0 to 10000.0)");
        assertRefused(
                () -> RetryBudgets.ratio().window(Duration.ofMillis(999)),
                "window: PT0.999S (expected: from PT1S to PT1M)");
        assertRefused(
                () -> RetryBudgets.ratio().minPerSecond(5).capacity(49).create(clock),
                "capacity: 49 tokens (expected: at least minPerSecond * window, 50 tokens)");
        assertRefused(() -> RetryBudgets.ratio().capacity(0), "capacity: 0 (expected: from 1 to 2147483647)");
    }

    @Test
    void quotaAndThrottleSayWhatTheyRefuse() {
        assertRefused(() -> RetryBudgets.awsQuota().capacity(0), "capacity: 0 (expected: from 1 to 2147483647)");
        assertRefused(() -> RetryBudgets.awsQuota().initial(501), "initial: 501.0 (expected: from 0.0 to 500.0)");
        assertRefused(
                () -> RetryBudgets.awsQuota().successCredit(1001),
                "successCredit: 1001.0 (expected: from 0.0 to 1000.0)");
        assertRefused(() -> RetryBudgets.grpcThrottle(0, 1), "maxTokens: 0 (expected: from 1 to 1000)");
        assertRefused(() -> RetryBudgets.grpcThrottle(1001, 1), "maxTokens: 1001 (expected: from 1 to 1000)");
        assertRefused(
                () -> RetryBudgets.grpcThrottle(1, 0.0009), "tokenRatio: 9.0E-4 (expected: from 0.001 to 2147483647)");
        assertRefused(() -> RetryBudgets.grpcThrottle(4, 1).initial(5), "initial: 5.0 (expected: from 0.0 to 4.0)");
    }

    @Test
    void throttleShareAndAllOfSayWhatTheyRefuse() {
        assertRefused(() -> RetryBudgets.adaptiveThrottle(0.9, ofSeconds(10)), "k: 0.9 (expected: from 1.0 to 1000.0)");
        assertRefused(
                () -> RetryBudgets.adaptiveThrottle(2, ofMinutes(61)), "window: PT1H1M (expected: from PT1S to PT1H)");
        assertRefused(() -> RetryBudgets.concurrencyShare(1.1, 1), "share: 1.1 (expected: from 0.0 to 1.0)");
        assertRefused(() -> RetryBudgets.concurrencyShare(1, -1), "minimum: -1 (expected: from 0 to 2147483647)");
        assertRefused(RetryBudgets::allOf, "specs: [] (expected: at least one)");
    }

    @Test
    void termsSayWhatTheyRefuse() {
        TokenBucketSpec spec = RetryBudgets.tokenBucket(10);
        assertRefused(() -> spec.cost(RATE_LIMIT, -1), "cost(RATE_LIMIT): -1.0 (expected: from 0.0 to 2.147483647E9)");
        assertRefused(
                () -> spec.reserveForCritical(1), "reserveForCritical: 1.0 (expected: from 0.0 to less than 1.0)");
        assertRefused(() -> spec.maxSharePerCall(0), "maxSharePerCall: 0.0 (expected: more than 0.0, at most 1.0)");
        assertRefused(
                () -> spec.reserveForCritical(0.95).create(clock),
                "reserveForCritical: 0.95 (expected: leaves enough for a retry, 1 token)");
        assertRefused(
                () -> spec.maxSharePerCall(0.05).create(clock),
                "maxSharePerCall: 0.05 (expected: enough for a retry, 1 token of 10 tokens)");
        assertRefused(
                () -> spec.cost(RATE_LIMIT, 11).create(clock),
                "cost(RATE_LIMIT): 11 tokens (expected: at most the capacity, 10 tokens)");
    }

    @Test
    void theClientTableReadsTheBucketsSettings() {
        TokenBucketSpec spec = RetryBudgets.tokenBucket(100)
                .refill(10, ofMinutes(1))
                .initial(50.5)
                .cost(RATE_LIMIT, 2)
                .reserveForCritical(0.1)
                .maxSharePerCall(0.25);

        assertThat(spec.capacityMilli()).isEqualTo(100_000);
        assertThat(spec.refillMilli()).isEqualTo(10_000);
        assertThat(spec.refillPeriodNanos()).isEqualTo(60_000_000_000L);
        assertThat(spec.initialMilli()).isEqualTo(50_500);
        assertThat(spec.terms.cost(RATE_LIMIT)).isEqualTo(2000);
        assertThat(spec.terms.cost(TRANSIENT)).isEqualTo(1000);
        assertThat(spec.terms.reserve(spec.capacityMilli(), NORMAL)).isEqualTo(10_000);
        assertThat(spec.terms.perCall(spec.capacityMilli())).isEqualTo(25_000);
    }

    @Test
    void defaultsAreThoseThatAreDocumented() {
        assertThat(RetryBudgets.tokenBucket(100).refillMilli()).isEqualTo(10_000);
        assertThat(RetryBudgets.tokenBucket(100).refillPeriodNanos()).isEqualTo(60_000_000_000L);
        assertThat(RetryBudgets.tokenBucket(Integer.MAX_VALUE).refillMilli()).isEqualTo(6_000_000_000L);
        assertThat(RetryBudgets.ratio().ratioNano()).isEqualTo(100_000_000);
        assertThat(RetryBudgets.ratio().floorMilli()).isEqualTo(2000);
        assertThat(RetryBudgets.ratio().windowNanos()).isEqualTo(10_000_000_000L);
        assertThat(RetryBudgets.ratio().capacityMilli()).isEqualTo(1_000_000_000);
        assertThat(RetryBudgets.awsQuota().capacityMilli()).isEqualTo(500_000);
        assertThat(RetryBudgets.awsQuota().initialMilli()).isEqualTo(500_000);
        assertThat(RetryBudgets.adaptiveThrottle().k()).isEqualTo(2);
        assertThat(RetryBudgets.adaptiveThrottle().windowNanos()).isEqualTo(120_000_000_000L);
        assertThat(RetryBudgets.concurrencyShare(0.25, 7).shareMillionths()).isEqualTo(250_000);
        assertThat(RetryBudgets.concurrencyShare(0.25, 7).minimum()).isEqualTo(7);
    }

    @Test
    void settingsDoNotChangeTheSpecTheyAreCalledOn() {
        TokenBucketSpec spec = RetryBudgets.tokenBucket(10);

        spec.initial(0).refill(1, ofSeconds(1)).cost(TRANSIENT, 3).reserveForCritical(0.5);

        assertThat(spec.initialMilli()).isEqualTo(10_000);
        assertThat(spec.refillMilli()).isEqualTo(1000);
        assertThat(spec.terms.cost(TRANSIENT)).isEqualTo(1000);
        assertThat(spec.terms.reserve(10_000, NORMAL)).isZero();
    }

    @Test
    void onlyCriticalCallsDrawOnTheReserve() {
        RetryBudget budget = RetryBudgets.tokenBucket(4).reserveForCritical(0.5).create(clock);

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(1000);
        assertThat(budget.tryWithdraw(TRANSIENT, SHEDDABLE, 0)).isEqualTo(1000);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(RetryBudget.REFUSED);
        assertThat(budget.tryWithdraw(TRANSIENT, SHEDDABLE, 0)).isEqualTo(RetryBudget.REFUSED);
        assertThat(budget.tryWithdraw(TRANSIENT, CRITICAL, 0)).isEqualTo(1000);
        assertThat(budget.tryWithdraw(TRANSIENT, CRITICAL, 0)).isEqualTo(1000);
        assertThat(budget.tryWithdraw(TRANSIENT, CRITICAL, 0)).isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void theReserveOfARatioIsAShareOfItsWindow() {
        RetryBudget budget = RetryBudgets.ratio(1)
                .minPerSecond(1)
                .window(ofSeconds(10))
                .reserveForCritical(0.4)
                .create(clock);

        int grants = 0;
        while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
            grants++;
        }

        assertThat(grants).isEqualTo(6);
        assertThat(budget.tryWithdraw(TRANSIENT, CRITICAL, 0)).isEqualTo(1000);
    }

    @Test
    void oneCallTakesAtMostItsShare() {
        RetryBudget budget = RetryBudgets.tokenBucket(10).maxSharePerCall(0.3).create(clock);
        long taken = 0;
        for (int i = 0; i < 3; i++) {
            taken += budget.tryWithdraw(TRANSIENT, NORMAL, taken);
        }

        assertThat(budget.tryWithdraw(TRANSIENT, CRITICAL, taken)).isEqualTo(RetryBudget.REFUSED);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(1000);
    }

    @Test
    void aShareBelowOneRetryStillAllowsTheFirst() {
        RetryBudget budget = RetryBudgets.ratio(0.1).maxSharePerCall(0.001).create(clock);

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(1000);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 1000)).isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void everyRatioOfThreeDecimalsIsExact() {
        for (int milli = 1; milli <= 3000; milli++) {
            double written = Double.parseDouble(milli / 1000 + "." + String.format("%03d", milli % 1000));
            assertThat(RetryBudgets.grpcThrottle(1000, written).tokenRatioMilli())
                    .isEqualTo(milli);
        }
        assertThat(RetryBudgets.grpcThrottle(10, 0.5466).tokenRatioMilli()).isEqualTo(546);
    }

    @Test
    void createUsesTheClockOfTheSystem() {
        RetryBudget budget = RetryBudgets.create(RetryBudgets.tokenBucket(1));

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(1000);
        assertThat(NanoClock.system()).isNotNull();
    }
}
