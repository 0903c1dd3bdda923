/**
 * From a promise to a policy. {@link io.forbear.retry.core.sla.SlaPolicy} makes one of a
 * {@link io.forbear.retry.core.sla.SlaTarget}: availability, deadline, latency, error rate, criticality, rate of calls.
 * {@link io.forbear.retry.core.sla.SlaPlan} is the arithmetic of attempts and budget below it.
 */
@NullMarked
package io.forbear.retry.core.sla;

import org.jspecify.annotations.NullMarked;
