/**
 * The circuit breaker: one state, windows of outcomes, probes.
 *
 * <p>{@link io.forbear.retry.core.breaker.CircuitBreakers} is the door; {@link
 * io.forbear.retry.core.breaker.CircuitBreakerSpec} the settings it returns. Reading order for the inside: {@code Breaker}
 * (which state follows which), {@code BreakerState} and its four kinds, {@code Window} and its two kinds, {@code FeedMark}
 * (how successes are derived).
 *
 * @since 0.1
 */
@NullMarked
package io.forbear.retry.core.breaker;

import org.jspecify.annotations.NullMarked;
