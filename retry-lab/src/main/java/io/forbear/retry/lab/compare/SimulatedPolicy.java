package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Control;

/**
 * A policy to be simulated.
 *
 * @param name as the option takes it, and as tables show it
 * @param description what it does, for a reader
 * @param maker makes the control of one process
 */
public record SimulatedPolicy(String name, String description, Control.Maker maker) {}
