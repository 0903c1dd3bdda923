/**
 * Settings of a registry from Parameter Store and Secrets Manager, for {@code ConfigSources.entries}. {@link
 * io.forbear.retry.aws.config.ParameterStoreSettings} and {@link io.forbear.retry.aws.config.SecretSettings} name a
 * place; {@link io.forbear.retry.aws.config.StoredSettings} reads it in the background and keeps what it found last.
 *
 * <p>The client of a service is an optional dependency; each class needs that of its own service alone.
 */
@NullMarked
package io.forbear.retry.aws.config;

import org.jspecify.annotations.NullMarked;
