/**
 * The decision engine. Read {@link io.forbear.retry.core.decision.Decision} first: it is the one place where retries and stops
 * come from. {@link io.forbear.retry.core.decision.CallState} is one call, {@link io.forbear.retry.core.decision.Service} what
 * calls share, {@link io.forbear.retry.core.decision.Plan} the configuration that they follow. Not exported.
 */
@NullMarked
package io.forbear.retry.core.decision;

import org.jspecify.annotations.NullMarked;
