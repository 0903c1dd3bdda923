/**
 * Meters over the counters of retries. Start at {@link io.forbear.retry.micrometer.MicrometerRetry}.
 *
 * <p>{@code Meters} is the table of what there is, {@code ServiceFigures} what is read, {@code Catalog} who is bound to a registry.
 */
@NullMarked
package io.forbear.retry.micrometer;

import org.jspecify.annotations.NullMarked;
