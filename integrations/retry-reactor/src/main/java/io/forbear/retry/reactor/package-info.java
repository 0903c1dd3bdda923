/**
 * Reactor: {@link io.forbear.retry.reactor.ForbearOperator} retries a {@code Mono} or a {@code Flux}. {@link
 * io.forbear.retry.reactor.ReactorAttempt} tells a source which attempt it is; {@link
 * io.forbear.retry.reactor.ReactorRuntime} makes services live by the time and the threads of Reactor.
 */
@NullMarked
package io.forbear.retry.reactor;

import org.jspecify.annotations.NullMarked;
