/**
 * The circuit breaker: one state at a time, windows of outcomes, probes.
 *
 * <p>Users start at {@link io.forbear.retry.core.breaker.CircuitBreakers}. It makes specs ({@link
 * io.forbear.retry.core.breaker.CircuitBreakerSpec}: when to open, how long, how many probes), reads the {@linkplain
 * io.forbear.retry.core.breaker.BreakerCounts counts} of a breaker, and opens, resets or disables it by hand. A service
 * makes its own breaker from its spec, or shares one that a program made.
 *
 * <p>Maintainers read {@code Breaker} first (which state follows which), then {@code BreakerState} and its four kinds
 * (what happens in each), then {@code Window} and its two kinds (what is counted), then {@code Successes} and {@code
 * Feeds} (how successes are read instead of told).
 *
 * @since 0.1
 */
@NullMarked
package io.forbear.retry.core.breaker;

import org.jspecify.annotations.NullMarked;
