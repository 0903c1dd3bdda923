/**
 * Settings as text. The door is {@link io.forbear.retry.core.config.RetryConfig}; {@code docs/guide/configuration.md}
 * lists the keys. Text is read whole: either every key is right, or nothing is applied and one error names every key
 * that is wrong.
 */
@NullMarked
package io.forbear.retry.core.config;

import org.jspecify.annotations.NullMarked;
