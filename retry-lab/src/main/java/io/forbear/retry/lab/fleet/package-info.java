/**
 * What the store says of a running fleet: {@link io.forbear.retry.lab.fleet.FleetReader} reads the pot of a fleet
 * budget, {@link io.forbear.retry.lab.fleet.FleetFigures} has the figures, {@link
 * io.forbear.retry.lab.fleet.FleetTable} shows them.
 */
@NullMarked
package io.forbear.retry.lab.fleet;

import org.jspecify.annotations.NullMarked;
