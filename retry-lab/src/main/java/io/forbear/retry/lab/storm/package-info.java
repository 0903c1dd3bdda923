/**
 * The storm: a real HTTP service on loopback goes through an outage while a fleet of clients calls it, under one policy
 * after the other.
 *
 * <p>Reading order: {@link io.forbear.retry.lab.storm.Course} (what happens: the storm's own outage or a scenario
 * file), {@code Backend} (what is called: {@code LoopbackService}, or {@code ScenarioBackend} with its layers),
 * {@code Fleet} (the clients), {@link io.forbear.retry.lab.storm.StormPolicy} (their rules), {@code StormRun} (one
 * turn), {@code ClientProcesses} and {@link io.forbear.retry.lab.storm.ClientSide} (clients in other processes),
 * {@code Meter}, {@code Figures} and {@code Runs} (the measurements), {@link io.forbear.retry.lab.storm.Instruments}
 * (meters and spans), {@link io.forbear.retry.lab.storm.Storm} (the door). Nothing here prints or writes files, but
 * a process of clients talks to its parent.
 */
@NullMarked
package io.forbear.retry.lab.storm;

import org.jspecify.annotations.NullMarked;
