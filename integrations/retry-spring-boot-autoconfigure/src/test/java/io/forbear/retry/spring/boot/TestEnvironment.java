package io.forbear.retry.spring.boot;

import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.SystemEnvironmentPropertySourceEnvironmentPostProcessor;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

/** An environment of Spring that has what a test gives it, and nothing of the machine. */
final class TestEnvironment extends StandardEnvironment {

    TestEnvironment() {
        getPropertySources().stream().map(PropertySource::getName).toList().forEach(getPropertySources()::remove);
    }

    /** Adds a file, below what is there. */
    TestEnvironment file(String name, String yaml) {
        ByteArrayResource resource = new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public String getFilename() {
                return name;
            }
        };
        try {
            new YamlPropertySourceLoader().load(name, resource).forEach(getPropertySources()::addLast);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return this;
    }

    /** Adds variables, below what is there, as Boot sees them. */
    TestEnvironment variables(Map<String, Object> variables) {
        getPropertySources()
                .addLast(new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        new SystemEnvironmentPropertySourceEnvironmentPostProcessor()
                .postProcessEnvironment(this, new SpringApplication());
        return this;
    }

    /** Adds system properties, below what is there. */
    TestEnvironment systemProperties(Map<String, Object> properties) {
        getPropertySources().addLast(new MapPropertySource(SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, properties));
        return this;
    }

    /** Adds another source, below what is there. */
    TestEnvironment source(String name, Map<String, Object> properties) {
        getPropertySources().addLast(new MapPropertySource(name, properties));
        return this;
    }

    ConfigSources sources() {
        return ConfigSources.none().entries(new EnvironmentSettings(this));
    }

    RetryConfig read() {
        return Problems.read(sources(), new EnvironmentSettings(this).problems());
    }
}
