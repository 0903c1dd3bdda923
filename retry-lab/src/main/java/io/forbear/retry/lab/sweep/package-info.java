/**
 * One knob over a range: {@link io.forbear.retry.lab.sweep.Knob} says which values, {@link
 * io.forbear.retry.lab.sweep.SweptPolicies} makes a policy of each, {@link io.forbear.retry.lab.sweep.SweepResult}
 * finds which of them are worth having.
 */
@NullMarked
package io.forbear.retry.lab.sweep;

import org.jspecify.annotations.NullMarked;
