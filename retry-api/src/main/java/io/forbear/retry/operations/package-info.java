/**
 * For those who operate a program: what happened to a service, what is configured, which clients fail most, and the
 * switches.
 *
 * <p>{@link io.forbear.retry.operations.ServiceOperations} is of one service, as {@link
 * io.forbear.retry.Retry#operations()} returns it; {@link io.forbear.retry.operations.RetryOperations} is of all
 * services of a registry. Everything is a value or one call, so that it can be served by HTTP, by JMX or by a console.
 */
@NullMarked
package io.forbear.retry.operations;

import org.jspecify.annotations.NullMarked;
