package io.forbear.retry.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.core.SpringVersion;

/** The tests of this module run twice; each run says on which Spring, which the build sets. */
class SpringVersionTest {

    @Test
    void theTestsRunOnTheVersionThatTheBuildSays() {
        assertThat(SpringVersion.getVersion()).startsWith(System.getProperty("expected.spring", ""));
    }
}
