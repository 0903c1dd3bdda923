/**
 * Meters over the counters of retries. Start at {@link io.forbear.retry.micrometer.MicrometerRetry}.
 *
 * <p>{@code Meters} is the table of the meters that read figures, {@code ServiceFigures} takes the readings, {@code
 * Happenings} counts events, {@code Durations} holds the timers; {@code Catalog} knows which services are bound to a
 * registry.
 */
@NullMarked
package io.forbear.retry.micrometer;

import org.jspecify.annotations.NullMarked;
