/**
 * The decision engine. Read {@link io.forbear.retry.core.call.Decision} first: it is the one place where retries and stops
 * come from. {@link io.forbear.retry.core.call.CallState} is one call, {@link io.forbear.retry.core.service.Service} what
 * calls share, {@link io.forbear.retry.core.service.Plan} the configuration that they follow. Not exported.
 */
@NullMarked
package io.forbear.retry.core.call;

import org.jspecify.annotations.NullMarked;
