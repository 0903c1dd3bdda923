package io.forbear.retry.spring.boot;

import io.forbear.retry.RetryListener;

/**
 * The meters of the application's services. Not itself a {@link RetryListener}: if both timers and spans are made, it
 * is told inside of the spans and nowhere else.
 *
 * @param listener the listener that makes the meters
 * @param isTimed whether it measures durations
 * @since 0.1
 */
record MetricsListener(RetryListener listener, boolean isTimed) {}
