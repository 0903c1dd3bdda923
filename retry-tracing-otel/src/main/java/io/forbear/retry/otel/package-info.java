/**
 * Traces of retries: a span for each call, and one for each attempt in it.
 *
 * <p>{@link io.forbear.retry.otel.OpenTelemetryRetry} makes the listener; {@link io.forbear.retry.otel.AttemptContext}
 * tells others, in this process and over the wire, which attempt is being made.
 */
@NullMarked
package io.forbear.retry.otel;

import org.jspecify.annotations.NullMarked;
