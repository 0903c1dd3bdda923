/**
 * Retry budgets. The door is {@link io.forbear.retry.core.budget.RetryBudgets}. The classes whose names end in {@code
 * Spec} are descriptions: immutable values with methods that return a changed copy.
 *
 * <p>Read {@code LedgerBudget} first: it sets what was spent against what was earned, with the one loop that token
 * bucket, quota, throttle and ratio share. {@code Accrual} earns by time, {@code Feeds} by calls; {@code SlidingWindow}
 * forgets what is older than a window. {@code CostTerms} holds what a retry costs, and how much of a budget one call
 * may take. Amounts are whole milli-tokens, 1000 to a token; the methods of a description take tokens.
 *
 * <p>A budget learns of calls in one of two ways. Calls are <em>reported</em> to it, by the methods of {@link
 * io.forbear.retry.RetryBudget}; or it is <em>fed</em>: it reads the counters of a service when it needs them, so that
 * a success costs it nothing.
 */
@NullMarked
package io.forbear.retry.core.budget;

import org.jspecify.annotations.NullMarked;
