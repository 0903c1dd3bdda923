/**
 * Storms on virtual time: discrete events drive the real engine, and peers by their own libraries, through a scenario.
 * One run is one thread; the same seed gives the same run.
 */
@NullMarked
package io.forbear.retry.lab.simulate;

import org.jspecify.annotations.NullMarked;
