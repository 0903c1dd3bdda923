package io.forbear.retry.spring.boot;

import org.springframework.boot.SpringBootVersion;

/**
 * The Boot that an application runs on. There is a starter for each major version, since packages have moved between
 * them.
 *
 * @since 0.1
 */
public final class BootVersion {

    private BootVersion() {}

    /**
     * Refuses another major version than that of a starter.
     *
     * @param major the version that the starter is for
     * @param starter the starter, as group and artifact
     * @throws InvalidSettingsException if the application runs on another
     */
    public static void require(int major, String starter) {
        String version = SpringBootVersion.getVersion();
        if (version != null && !version.startsWith(major + ".")) {
            throw new InvalidSettingsException("spring-boot: " + version + " (expected: " + major + ".x with " + starter
                    + "; io.forbear:retry-spring-boot-starter is for Boot 4, io.forbear:retry-spring-boot3-starter for"
                    + " Boot 3.5)");
        }
    }
}
