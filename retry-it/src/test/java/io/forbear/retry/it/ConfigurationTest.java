package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/guide/configuration.md} run. */
class ConfigurationTest {

    private static Properties properties() throws IOException {
        String page = Documents.read("docs/guide/configuration.md");
        int begin = page.indexOf("```properties\n") + "```properties\n".length();
        Properties properties = new Properties();
        properties.load(new StringReader(page.substring(begin, page.indexOf("```", begin))));
        return properties;
    }

    @Test
    void theEnvironmentIsLaidOverAFile() throws IOException {
        Properties properties = properties();
        // environment begins
        RetryConfig file = RetryConfig.of(properties);
        RetryRegistry registry = RetryRegistry.builder()
                .build(RetryConfig.ofEnvironment(System.getenv()).over(file));
        // environment ends

        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(2);
        assertThat(registry.get("users").policy().maxAttempts()).isEqualTo(4);
        assertThat(Documents.read("docs/guide/configuration.md"))
                .contains(Documents.example(ConfigurationTest.class, "environment"));
    }

    @Test
    void codeIsAddedToTheTextOfOneService() throws IOException {
        Properties properties = properties();
        RetryListener listener = new RetryListener() {};
        // code begins
        RetryRegistry registry = RetryRegistry.builder()
                .customize((name, service) -> service.listener(listener))
                .customize("orders", orders -> orders.policy(policy -> policy.classifyResult(
                                HttpResponse.class, r -> Classification.ofHttpStatus(r.statusCode())))
                        .budget(RetryBudgets.ratio(0.2)))
                .strict()
                .build(RetryConfig.of(properties));
        // code ends

        Retry orders = registry.get("orders");
        assertThat(orders.policy().resultClassifier()).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.get("order"))
                .withMessageContaining("did you mean orders?");
        assertThat(Documents.read("docs/guide/configuration.md"))
                .contains(Documents.example(ConfigurationTest.class, "code"));
    }
}
