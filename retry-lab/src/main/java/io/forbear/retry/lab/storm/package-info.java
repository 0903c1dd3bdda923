/**
 * The storm: a real HTTP service on loopback goes through an outage while a fleet of clients calls it, under one policy
 * after the other.
 *
 * <p>Reading order: {@link io.forbear.retry.lab.storm.Scenario} (what happens), {@code LoopbackService} (to whom), {@code
 * Fleet} (by whom), {@link io.forbear.retry.lab.storm.StormPolicy} (under which rules), {@code Meter} and {@code Figures}
 * (what was measured), {@link io.forbear.retry.lab.storm.Instruments} (who looks on), {@link
 * io.forbear.retry.lab.storm.Storm} (the door). Nothing here prints or writes files.
 */
@NullMarked
package io.forbear.retry.lab.storm;

import org.jspecify.annotations.NullMarked;
