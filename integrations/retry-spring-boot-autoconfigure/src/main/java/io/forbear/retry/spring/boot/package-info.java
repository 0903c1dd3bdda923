/**
 * Forbear in Spring Boot: the settings of an application become the services of one {@link
 * io.forbear.retry.core.RetryRegistry}, whose figures go to Micrometer, OpenTelemetry and the actuator.
 *
 * <p>Written for users are {@link io.forbear.retry.spring.boot.RetryRegistryCustomizer} and {@link
 * io.forbear.retry.spring.boot.ForbearReload}; the starters use {@link io.forbear.retry.spring.boot.HttpServices} and
 * {@link io.forbear.retry.spring.boot.BootVersion}. Boot reads the rest, on the class path. Maintainers read {@code
 * EnvironmentSettings} first: how the environment becomes the text that the parser of the engine reads; then {@code
 * ForbearAutoConfiguration}, which makes the registry.
 */
@NullMarked
package io.forbear.retry.spring.boot;

import org.jspecify.annotations.NullMarked;
