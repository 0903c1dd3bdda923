/**
 * The engine of Forbear. {@link io.forbear.retry.core.Retries} makes one {@link io.forbear.retry.Retry} in code. {@link
 * io.forbear.retry.core.RetryRegistry} makes those of all services from text, which can be read again while calls go
 * on; a {@link io.forbear.retry.core.ServiceCustomizer} adds code to the text of one service.
 *
 * <p>To change the engine, read {@code ServiceMaker} first: there the settings of a builder become a service. {@code
 * CustomizedServices} does that for a registry, and {@code ServiceParts} tells after a reload which parts are kept.
 */
@NullMarked
package io.forbear.retry.core;

import org.jspecify.annotations.NullMarked;
