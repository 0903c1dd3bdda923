/**
 * From a promise to a policy: {@link io.forbear.retry.core.sla.SlaPlan} derives attempts, a budget and an attempt
 * timeout from an availability, an expected error rate and a deadline.
 */
@NullMarked
package io.forbear.retry.core.sla;

import org.jspecify.annotations.NullMarked;
