/**
 * Meters over the counters of retries. Start at {@link io.forbear.retry.micrometer.MicrometerRetry}.
 *
 * <p>{@code Meters} is the table of all meters, {@code ServiceFigures} reads their values, {@code Catalog} knows which
 * services are bound to a registry.
 */
@NullMarked
package io.forbear.retry.micrometer;

import org.jspecify.annotations.NullMarked;
