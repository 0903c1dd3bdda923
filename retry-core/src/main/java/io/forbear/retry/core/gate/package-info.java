/**
 * The gate before attempts: a client-side rate limiter that learns from the server's throttling.
 *
 * <p>Users start at {@link io.forbear.retry.core.gate.AttemptGates}, whose spec is given to {@code
 * Retries.Builder.gate}. Maintainers read {@code AdaptiveGate} first, then {@code Cubic} (how the rate falls and
 * rises), {@code SendRate} (the rate that is really sent), {@code Tokens} and {@code WaitQueue}. Rates are attempts per
 * second.
 */
@NullMarked
package io.forbear.retry.core.gate;

import org.jspecify.annotations.NullMarked;
