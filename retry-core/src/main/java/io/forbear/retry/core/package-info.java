/**
 * The engine of Forbear. {@link io.forbear.retry.core.Retries} makes a {@link io.forbear.retry.Retry} in code, {@link
 * io.forbear.retry.core.RetryRegistry} makes them from text, and a {@link
 * io.forbear.retry.core.ServiceCustomizer} adds code to the text of one.
 */
@NullMarked
package io.forbear.retry.core;

import org.jspecify.annotations.NullMarked;
