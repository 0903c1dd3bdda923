package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.config.RetryConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceNamesTest {

    private final List<String> notices = new ArrayList<>();
    private final ServiceNames names =
            new ServiceNames(Set.of("orders"), false, (level, text) -> notices.add(level + " " + text));
    private final RetryConfig config = RetryConfig.of(Map.of("service.user-service.max-attempts", "2"));

    @Test
    void aNameThatIsNearToAKnownOneIsAWarning() {
        names.check("user-servise", config);

        assertThat(notices)
                .containsExactly(
                        "WARNING no key and no customizer names the service \"user-servise\", so the settings for"
                                + " all hold; did you mean user-service?");
    }

    @Test
    void anotherNameIsInformationAndEachIsLoggedOnce() {
        names.check("payments", config);
        names.check("payments", config);

        assertThat(notices)
                .containsExactly(
                        "INFO no key and no customizer names the service \"payments\", so the settings for all hold");
    }

    @Test
    void aNameThatIsKnownIsNot() {
        names.check("orders", config);
        names.check("user-service", config);
        names.check("userService", RetryConfig.ofEnvironment(Map.of("FORBEAR_SERVICE_USER_SERVICE_ENABLED", "true")));

        assertThat(notices).isEmpty();
    }

    @Test
    void nothingIsLoggedWhereNoServiceHasANameOfItsOwn() {
        new ServiceNames(Set.of(), false, (level, text) -> notices.add(text)).check("x", RetryConfig.of(Map.of()));

        assertThat(notices).isEmpty();
    }

    @Test
    void whatIsLoggedOfManyNamesIsBounded() {
        for (int i = 0; i < 100; i++) {
            names.check("service-" + i, config);
        }

        assertThat(notices).hasSize(20);
    }
}
