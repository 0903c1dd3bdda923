/**
 * The words of Forbear: values that describe how to retry, and interfaces of the parts that do it.
 *
 * <p>Read {@link io.forbear.retry.Retry} first, then {@link io.forbear.retry.RetryPolicy}, {@link
 * io.forbear.retry.RetryBudget}, {@link io.forbear.retry.CircuitBreaker} and {@link io.forbear.retry.AttemptGate};
 * {@link io.forbear.retry.error.ErrorClassifier} and {@link io.forbear.retry.error.Pushback} teach the library the
 * exceptions of other clients. An attempt is one invocation, numbered from 1; a retry is any attempt after the first.
 * Durations are {@link java.time.Duration} where users write them and {@code long} nanoseconds, in names that end in
 * {@code Nanos}, where code reads them.
 */
@NullMarked
package io.forbear.retry;

import org.jspecify.annotations.NullMarked;
