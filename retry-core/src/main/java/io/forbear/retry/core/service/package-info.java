/**
 * What the calls of a service share. {@link io.forbear.retry.core.service.Service} is the service, {@link
 * io.forbear.retry.core.service.Plan} the configuration that its calls follow at one time, {@link
 * io.forbear.retry.core.service.Counters} what they count, {@link io.forbear.retry.core.service.Listeners} who is told.
 * Not exported.
 */
@NullMarked
package io.forbear.retry.core.service;

import org.jspecify.annotations.NullMarked;
