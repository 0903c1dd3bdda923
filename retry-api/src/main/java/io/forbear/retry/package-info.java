/**
 * The words of Forbear: values that describe how to retry, and interfaces of the parts that do it.
 *
 * <p>A {@link io.forbear.retry.Retry} makes the calls to one downstream service. Its {@link
 * io.forbear.retry.RetryPolicy} says which failures are retried, how often, how soon and for how long. Its {@link
 * io.forbear.retry.RetryBudget} bounds the load that retries add, its {@link io.forbear.retry.CircuitBreaker} stops all
 * calls to a service that fails, and its {@link io.forbear.retry.AttemptGate} spaces attempts. A {@link
 * io.forbear.retry.RetryRuntime} gives time, chance and threads to all of them. {@code retry-core} implements these
 * parts.
 *
 * <p>{@link io.forbear.retry.CallOptions} say what one call needs. A {@link io.forbear.retry.RetryListener} is told
 * what retries do, and a {@link io.forbear.retry.RetrySnapshot} counts it. Package {@link io.forbear.retry.error} tells
 * what kind of failure an exception or a result is.
 *
 * <p>An attempt is one invocation, numbered from 1; a retry is any attempt after the first. Durations are {@link
 * java.time.Duration} where users write them and {@code long} nanoseconds, in names that end in {@code Nanos}, where
 * code reads them. Methods refuse {@code null} unless they say otherwise.
 */
@NullMarked
package io.forbear.retry;

import org.jspecify.annotations.NullMarked;
