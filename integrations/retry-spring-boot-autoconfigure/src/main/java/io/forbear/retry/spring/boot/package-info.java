/**
 * Forbear in Spring Boot: the settings of an application become the services of one {@link
 * io.forbear.retry.core.RetryRegistry}, whose figures go to Micrometer, OpenTelemetry and the actuator.
 *
 * <p>Written for users are {@link io.forbear.retry.spring.boot.RetryRegistryCustomizer} and {@link
 * io.forbear.retry.spring.boot.ForbearReload}; the classes whose name ends with {@code AutoConfiguration} are read by
 * Boot. Maintainers read {@code EnvironmentSettings} first: how the environment becomes the text that the parser of the
 * engine reads.
 */
@NullMarked
package io.forbear.retry.spring.boot;

import org.jspecify.annotations.NullMarked;
