package io.forbear.retry.spring.boot3;

import io.forbear.retry.spring.boot.BootVersion;
import org.springframework.boot.autoconfigure.AutoConfiguration;

/**
 * Refuses an application of another Boot in words, in place of a class that is not found later.
 *
 * @since 0.1
 */
@AutoConfiguration
public final class Boot3OnlyAutoConfiguration {

    /**
     * Made by Spring.
     *
     * @throws io.forbear.retry.spring.boot.InvalidSettingsException if the application runs on another Boot
     */
    public Boot3OnlyAutoConfiguration() {
        BootVersion.require(3, "io.forbear:retry-spring-boot3-starter");
    }
}
