/**
 * The gate before attempts: a client-side rate limiter that learns from the server's throttling. {@link
 * io.forbear.retry.core.gate.AttemptGates} is the door. Read {@code AdaptiveGate} next, then {@code Cubic} (the law of the rate),
 * {@code SendRate} (what is really sent), {@code Tokens} and {@code Line}. Rates are attempts per second.
 */
@NullMarked
package io.forbear.retry.core.gate;

import org.jspecify.annotations.NullMarked;
