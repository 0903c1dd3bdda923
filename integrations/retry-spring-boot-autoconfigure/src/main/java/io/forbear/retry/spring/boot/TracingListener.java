package io.forbear.retry.spring.boot;

import io.forbear.retry.RetryListener;
import org.jspecify.annotations.Nullable;

/**
 * The spans of the application's services.
 */
@FunctionalInterface
interface TracingListener {

    /**
     * Makes the listener that makes the spans.
     *
     * @param inContext a listener that is told while the span of its call is current; {@code null} for none
     * @return the listener
     */
    RetryListener listener(@Nullable RetryListener inContext);
}
