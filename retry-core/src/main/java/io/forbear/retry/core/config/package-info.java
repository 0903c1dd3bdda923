/**
 * Settings as text, from a file or from the environment.
 *
 * <p>{@link io.forbear.retry.core.config.RetryConfig} reads them; {@code docs/guide/configuration.md} lists the keys.
 * The text is read as a whole: either every key is right, or nothing is applied and one exception names every wrong
 * key.
 *
 * <p>Maintainers read {@code Key} first (all keys), then {@code Text} (which key stands where), {@code ServiceReader}
 * (the settings of one service) and {@code Values} (how a value is read). To add a key: a constant in {@code Key}, a
 * line in {@code ServiceReader}, a row in {@code docs/guide/configuration.md}.
 */
@NullMarked
package io.forbear.retry.core.config;

import org.jspecify.annotations.NullMarked;
