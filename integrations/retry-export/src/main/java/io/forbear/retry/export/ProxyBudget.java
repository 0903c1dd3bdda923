package io.forbear.retry.export;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.ConcurrencyShareSpec;
import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.core.budget.RatioSpec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A budget as proxies say it: a share of the requests, and a minimum.
 *
 * @param percent of the requests, from 0 to 100
 * @param minimum how many may always be retrying; negative where the policy does not say
 * @param windowSeconds for how long a request counts, 0 for those in flight
 * @param minPerSecond retries a second that are always allowed, 0 for none
 */
record ProxyBudget(BigDecimal percent, int minimum, long windowSeconds, double minPerSecond) {

    private static final int DIGITS = 4;

    /** Returns the budget of a policy; {@code null} if it has none, or one of another kind. */
    static @Nullable ProxyBudget of(ExportedPolicy policy) {
        RetryBudget.Spec budget = policy.budgetSpec();
        if (budget instanceof ConcurrencyShareSpec share) {
            return new ProxyBudget(percent(share.share()), share.minimum(), 0, 0);
        }
        if (budget instanceof EarnedSpec earned) {
            return new ProxyBudget(percent(earned.ratio()), -1, earned.window().toSeconds(), 0);
        }
        if (budget instanceof RatioSpec ratio) {
            double share = Math.min(1, ratio.ratio());
            return new ProxyBudget(percent(share), -1, ratio.window().toSeconds(), ratio.minPerSecond());
        }
        return null;
    }

    private static BigDecimal percent(double share) {
        return BigDecimal.valueOf(share)
                .movePointRight(2)
                .setScale(DIGITS, RoundingMode.HALF_UP)
                .stripTrailingZeros();
    }

    /** Whether it counts requests in flight, as Envoy does. */
    boolean isOfRequestsInFlight() {
        return windowSeconds == 0;
    }
}
