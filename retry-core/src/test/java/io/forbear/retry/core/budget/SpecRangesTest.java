package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.testkit.ManualClock;
import org.junit.jupiter.api.Test;

/** The bounds of the ranges of settings; each belongs to its range. */
class SpecRangesTest {

    private final ManualClock clock = new ManualClock();

    @Test
    void aBucketMayBeAsSmallAndAsLargeAsItsRangeSays() {
        assertThat(RetryBudgets.tokenBucket(1).create(clock).balance()).isEqualTo(1000);
        assertThat(RetryBudgets.tokenBucket(Integer.MAX_VALUE).create(clock).balance())
                .isEqualTo(Integer.MAX_VALUE * 1000L);
        TokenBucketSpec ten = RetryBudgets.tokenBucket(10);
        assertThat(ten.initial(0).create(clock).balance()).isZero();
        assertThat(ten.initial(10).create(clock).balance()).isEqualTo(10_000);
        assertThat(ten.refill(0.001, ofDays(365)).refillMilli()).isEqualTo(1);
        assertThat(ten.refill(100_000, ofSeconds(1)).refillMilli()).isEqualTo(100_000_000);
        assertThat(ten.refill(0.001, ofNanos(10)).refillPeriodNanos()).isEqualTo(10);
        assertThatIllegalArgumentException().isThrownBy(() -> ten.refill(0.001, ofNanos(9)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ten.refill(1, ofDays(365).plusNanos(1)));
    }

    @Test
    void termsMayLeaveJustEnoughForOneRetry() {
        TokenBucketSpec ten = RetryBudgets.tokenBucket(10);

        assertThat(ten.cost(TRANSIENT, 10).create(clock).tryWithdraw(TRANSIENT, NORMAL, 0))
                .isEqualTo(10_000);
        assertThat(ten.cost(RATE_LIMIT, 0).terms.cost(RATE_LIMIT)).isZero();
        assertThat(ten.reserveForCritical(0).create(clock).balance()).isEqualTo(10_000);
        assertThat(ten.reserveForCritical(0.9).create(clock).balance()).isEqualTo(10_000);
        assertThat(ten.maxSharePerCall(0.1).create(clock).balance()).isEqualTo(10_000);
        assertThat(ten.maxSharePerCall(1).terms.perCall(10_000)).isEqualTo(10_000);
    }

    /** Rounding to a millionth makes a share neither zero nor the whole. */
    @Test
    void sharesAreRoundedToAMillionthAndStayWithinTheirRange() {
        TokenBucketSpec spec = RetryBudgets.tokenBucket(1000);

        assertThat(spec.reserveForCritical(0.999_999_9).terms.reserve(1_000_000, NORMAL))
                .isEqualTo(999_999);
        assertThat(spec.maxSharePerCall(0.000_000_1).terms.perCall(1_000_000)).isEqualTo(1);
        assertThat(spec.maxSharePerCall(0.25).terms.perCall(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE / 4);
        assertThat(spec.reserveForCritical(0.000_001).terms.reserve(2_999_999, NORMAL))
                .isEqualTo(2);
    }

    @Test
    void aRatioMayBeAsSmallAndAsLargeAsItsRangeSays() {
        assertThat(RetryBudgets.ratio(0).ratioNano()).isZero();
        assertThat(RetryBudgets.retriesPerCall(1000).ratioNano()).isEqualTo(1_000_000_000_000L);
        assertThat(RetryBudgets.ratio().window(ofSeconds(1)).windowNanos()).isEqualTo(1_000_000_000);
        assertThat(RetryBudgets.ratio().window(ofSeconds(60)).windowNanos()).isEqualTo(60_000_000_000L);
        assertThat(RetryBudgets.ratio().minPerSecond(0).floorMilli()).isZero();
        assertThat(RetryBudgets.ratio().minPerSecond(10_000).floorMilli()).isEqualTo(100_000_000);
        assertThat(RetryBudgets.ratio()
                        .minPerSecond(5)
                        .capacity(50)
                        .create(clock)
                        .balance())
                .as("just its floor")
                .isEqualTo(50_000);
        assertThat(RetryBudgets.ratio()
                        .minPerSecond(0)
                        .capacity(1)
                        .create(clock)
                        .balance())
                .isZero();
    }

    @Test
    void anInitialAllowanceMayBeNoneOrAThousand() {
        assertThat(RetryBudgets.ratio().initial(0)).isNotEqualTo(RetryBudgets.ratio());
        assertThat(RetryBudgets.ratio().initial(1000).initial(7))
                .isEqualTo(RetryBudgets.ratio().initial(7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudgets.ratio().initial(1001));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudgets.ratio().initial(-1));
    }

    @Test
    void aQuotaMayBeAsSmallAsItsDearestUsualRetry() {
        assertThat(RetryBudgets.awsQuota().capacity(14).create(clock).balance()).isEqualTo(14_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudgets.awsQuota().capacity(13).create(clock));
        assertThat(RetryBudgets.awsQuota().capacity(1).initialMilli()).isEqualTo(1000);
        assertThat(RetryBudgets.awsQuota().initial(500).initialMilli()).isEqualTo(500_000);
        assertThat(RetryBudgets.awsQuota().successCredit(0).successCreditMilli())
                .isZero();
        assertThat(RetryBudgets.awsQuota().successCredit(1000).successCreditMilli())
                .isEqualTo(1_000_000);
    }

    @Test
    void throttlesMayBeAsSmallAndAsLargeAsTheirRangesSay() {
        assertThat(RetryBudgets.grpcThrottle(1, 0.001).maxTokensMilli()).isEqualTo(1000);
        assertThat(RetryBudgets.grpcThrottle(1, 0.001).tokenRatioMilli()).isEqualTo(1);
        assertThat(RetryBudgets.grpcThrottle(1000, Integer.MAX_VALUE).tokenRatioMilli())
                .as("no more than fits")
                .isEqualTo(1_000_000);
        assertThat(RetryBudgets.grpcThrottle(4, 1).initial(0).initialMilli()).isZero();
        assertThat(RetryBudgets.grpcThrottle(4, 1).initial(4).create(clock).balance())
                .isEqualTo(4000);
        assertThat(RetryBudgets.adaptiveThrottle(1, ofSeconds(1)).k()).isEqualTo(1);
        assertThat(RetryBudgets.adaptiveThrottle(1000, ofHours(1)).windowNanos())
                .isEqualTo(3_600_000_000_000L);
        assertThatIllegalArgumentException().isThrownBy(() -> RetryBudgets.adaptiveThrottle(1, ofMillis(999)));
        assertThat(RetryBudgets.concurrencyShare(0, 0).minimum()).isZero();
        assertThat(RetryBudgets.concurrencyShare(1, Integer.MAX_VALUE).shareMillionths())
                .isEqualTo(1_000_000);
    }

    @Test
    void aRatioIsCheckedAgainstItsTermsToo() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RetryBudgets.ratio().cost(RATE_LIMIT, 1_000_001).create(clock))
                .withMessage("cost(RATE_LIMIT): 1000001 tokens (expected: at most the capacity, 1000000 tokens)");
    }

    /** Totals that drift apart for so long that their difference would wrap: 32 idle times of 292 years each. */
    @Test
    void aBucketIsFullAfterManyIdleTimesAsLongAsAClockCanTell() {
        RetryBudget bucket =
                RetryBudgets.tokenBucket(1).refill(100_000, ofSeconds(1)).create(clock);
        bucket.tryWithdraw(TRANSIENT, NORMAL, 0);

        for (int i = 0; i < 32; i++) {
            clock.advanceNanos(Long.MAX_VALUE);
            assertThat(bucket.balance()).isEqualTo(1000);
        }
        assertThat(bucket.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(1000);
        assertThat(bucket.balance()).isZero();
    }
}
