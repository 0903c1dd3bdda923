package io.forbear.retry.core.budget;

import static io.forbear.retry.core.budget.RetryBudgets.adaptiveThrottle;
import static io.forbear.retry.core.budget.RetryBudgets.awsQuota;
import static io.forbear.retry.core.budget.RetryBudgets.concurrencyShare;
import static io.forbear.retry.core.budget.RetryBudgets.earned;
import static io.forbear.retry.core.budget.RetryBudgets.grpcThrottle;
import static io.forbear.retry.core.budget.RetryBudgets.ratio;
import static io.forbear.retry.core.budget.RetryBudgets.tokenBucket;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The text of a budget, as an operator reads it in the configuration of a service. */
class SpecTextTest {

    @Test
    void aBudgetOfWhatSucceedsNamesWhatASuccessDeposits() {
        assertThat(ratio(0.25).minPerSecond(3).window(ofSeconds(5)))
                .hasToString("ratio(0.25 of successes in PT5S, 3.0 a second at least)");
        assertThat(earned(0.1).burst(1).window(ofSeconds(5)))
                .hasToString("earned(0.1 a success, 0.02 tokens a failed call, burst 1 token, window PT5S)");
    }

    @Test
    void aBucketAndAQuotaNameTheirTokens() {
        assertThat(tokenBucket(10).refill(3, ofSeconds(2))).hasToString("token bucket(10 tokens, 3 tokens in PT2S)");
        assertThat(awsQuota().capacity(100)).hasToString("quota(100 tokens, 1 token a success)");
    }

    @Test
    void aThrottleAndAShareNameTheirSettings() {
        assertThat(grpcThrottle(10, 0.5)).hasToString("gRPC throttle(10 tokens, 0.5 tokens a success)");
        assertThat(adaptiveThrottle(1.5, ofSeconds(60))).hasToString("adaptive throttle(k 1.5, window PT1M)");
        assertThat(concurrencyShare(0.2, 3)).hasToString("share of concurrent calls(0.2, at least 3)");
    }
}
