/**
 * Retry budgets. The door is {@link io.forbear.retry.core.budget.RetryBudgets}.
 *
 * <p>Read {@code LedgerBudget} first: what was spent, against what was earned, with the one loop that token bucket, quota,
 * throttle and ratio share. {@code Accrual} earns by time, {@code Feeds} by calls, {@code SlidingWindow} forgets. Amounts
 * are whole milli-tokens, 1000 to a token.
 */
@NullMarked
package io.forbear.retry.core.budget;

import org.jspecify.annotations.NullMarked;
