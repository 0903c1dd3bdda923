package io.forbear.retry.lab.simulate;

import io.forbear.retry.NanoClock;
import java.util.random.RandomGenerator;

/**
 * What a simulated process has from outside.
 *
 * @param clock the virtual time
 * @param random the chance, by the seed of the run
 */
public record World(NanoClock clock, RandomGenerator random) {}
