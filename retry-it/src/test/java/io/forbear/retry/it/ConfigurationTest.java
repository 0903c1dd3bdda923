package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.io.StringReader;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void theSourcesAreReadTogetherAndWatched(@TempDir Path mounted) throws IOException {
        try (Writer out = Files.newBufferedWriter(mounted.resolve("forbear.properties"))) {
            properties().store(out, null);
        }
        // sources begins
        ConfigSources sources = ConfigSources.none()
                .file(mounted) // such as Path.of("/etc/forbear")
                .environment(System.getenv())
                .systemProperties();
        RetryRegistry registry = RetryRegistry.builder().build(sources.read());
        registry.watch(sources);
        // sources ends

        assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(2);
        assertThat(registry.get("users").policy().maxAttempts()).isEqualTo(4);
        assertThat(registry.explain("orders")).contains("<- file: service.orders.max-attempts (forbear.properties:");
        registry.close();
        assertThat(Documents.read("docs/guide/configuration.md"))
                .contains(Documents.example(ConfigurationTest.class, "sources"));
    }

    @Test
    void theNamesOfTheSpecificationAreReadAsTheyAre() throws IOException {
        // specification begins
        RetryConfig config = RetryConfig.of(Map.of(
                "preset", "specification",
                "default_retry_config", Map.of("max_attempts", 2, "base_delay_ms", 100),
                "service_configs", Map.of("user_service", Map.of("max_attempts", 5, "strategy", "exponential_backoff")),
                "budget_config", Map.of("replenishment_rate_per_minute", 10, "max_budget", 100)));
        // specification ends

        assertThat(config.service("user_service").policy().maxAttempts()).isEqualTo(5);
        assertThat(config.maxBudget()).isEqualTo(100);
        assertThat(Documents.read("docs/guide/configuration.md"))
                .contains(Documents.example(ConfigurationTest.class, "specification"));
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
