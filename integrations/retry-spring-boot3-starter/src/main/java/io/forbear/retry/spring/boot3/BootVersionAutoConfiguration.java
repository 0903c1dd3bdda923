package io.forbear.retry.spring.boot3;

import io.forbear.retry.spring.boot.BootVersion;
import org.springframework.boot.autoconfigure.AutoConfiguration;

/**
 * Refuses an application of another Boot in words, in place of a class that is not found later.
 */
@AutoConfiguration
final class BootVersionAutoConfiguration {

    /**
     * Made by Spring.
     *
     * @throws io.forbear.retry.spring.boot.InvalidSettingsException if the application runs on another Boot
     */
    BootVersionAutoConfiguration() {
        BootVersion.require(3, "io.forbear:retry-spring-boot3-starter");
    }
}
