/**
 * The storm: a real HTTP service on loopback goes through an outage while a fleet of clients calls it, under one policy
 * after the other.
 *
 * <p>Reading order: {@link io.forbear.retry.lab.storm.Scenario} (the outage), {@code LoopbackService} (the server),
 * {@code Fleet} (the clients), {@link io.forbear.retry.lab.storm.StormPolicy} (their rules), {@code Meter}, {@code
 * Figures} and {@code Runs} (the measurements), {@link io.forbear.retry.lab.storm.Instruments} (meters and spans),
 * {@link io.forbear.retry.lab.storm.Storm} (the door). Nothing here prints or writes files.
 */
@NullMarked
package io.forbear.retry.lab.storm;

import org.jspecify.annotations.NullMarked;
