package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What a person reads whose application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class StartUpFailureTest {

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(ForbearAutoConfiguration.class)
    static class Application {}

    @Test
    void isAListOfWhatIsWrongInPlaceOfAStackTrace(CapturedOutput output) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties("spring.cloud.bootstrap.enabled=false");

        assertThatThrownBy(() -> application.run(
                        "--forbear.default.max-atempts=3", "--forbear.services.orders.strategy=expnential"))
                .isNotNull();

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Forbear: 2 settings are wrong:")
                .contains("commandLineArgs: forbear.default.max-atempts: 3"
                        + " (expected: a known key; did you mean max-attempts?)")
                .contains("commandLineArgs: forbear.services.orders.strategy: expnential (expected: ")
                .contains("Change what is listed above.")
                .doesNotContain("\tat io.forbear");
    }

    @Test
    void namesThePropertyOfAReloadThatComesTooOften(CapturedOutput output) {
        SpringApplicationBuilder application =
                new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE);

        assertThatThrownBy(() -> application.run("--forbear.reload.every=5ms")).isNotNull();

        assertThat(output)
                .contains("Forbear: forbear.reload.every: PT0.005S (expected: a duration from 10ms to 1d)")
                .doesNotContain("\tat io.forbear");
    }

    @Test
    void theWrongStarterIsNamedInWords() {
        BootVersion.require(3, "io.forbear:retry-spring-boot3-starter");

        assertThatThrownBy(() -> BootVersion.require(4, "io.forbear:retry-spring-boot-starter"))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith("spring-boot: 3.")
                .hasMessageContaining("(expected: 4.x with io.forbear:retry-spring-boot-starter;");
    }
}
