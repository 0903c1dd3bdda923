/**
 * Settings as text, from a file or from the environment.
 *
 * <p>{@link io.forbear.retry.core.config.RetryConfig} reads them; {@code docs/guide/configuration.md} lists the keys.
 * The text is read as a whole: either every key is right, or nothing is applied and one exception names every wrong
 * key.
 *
 * <p>Maintainers read {@code Keys} first (the table of all settings, from which parser, documentation and metadata
 * come), then {@code Text} and {@code TextReader} (which key stands where), {@code Effective} (which of two values
 * holds), {@code ServiceReader} and the readers of its parts (what the values make), and {@code Type} (how one is
 * read). To add a key: see {@code Keys}.
 */
@NullMarked
package io.forbear.retry.core.config;

import org.jspecify.annotations.NullMarked;
