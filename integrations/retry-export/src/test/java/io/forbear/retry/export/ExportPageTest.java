package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.config.RetryConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/guide/export.md}: its blocks are pieces of this file, its table names the targets that there are. */
class ExportPageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "guide", "export.md");
    private static final Path SOURCE =
            Path.of("src", "test", "java", "io", "forbear", "retry", "export", "ExportPageTest.java");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java$(.*?)^```$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[a-z0-9-]+`(?:, `[a-z0-9-]+`)*) \\|.*\\|.*\\|$");

    @Test
    void whatThePageShowsOfExportsRuns() {
        RetryConfig config = RetryConfig.of(Map.of(
                "service.orders.max-attempts", "4",
                "service.orders.deadline", "2s"));
        ExportedPolicy orders = ExportedPolicy.of(config, "orders");

        ExportResult states = AwsExports.stepFunctions(orders, "States.TaskFailed", "States.Timeout");
        String json = states.text();
        states.clamped(); // IntervalSeconds: 0.1 became 1
        states.dropped(); // budget, circuit breaker, deadline

        assertThat(json).contains("\"MaxAttempts\": 3");
        assertThat(states.clamped()).hasToString("[IntervalSeconds: 0.1 became 1]");
        assertThat(states.dropped().stream().map(lost -> lost.substring(0, lost.indexOf(':'))))
                .containsExactlyInAnyOrder("budget", "circuit breaker", "deadline");
    }

    @Test
    void whatThePageShowsOfImportsRuns() {
        String yaml = "resilience4j.retry.instances.orders.maxAttempts: 5";
        ImportResult imported = Imports.read("application.yml", yaml);
        RetryConfig ours = imported.config();
        String properties = imported.properties();
        String report = imported.report();

        assertThat(ours.service("orders").policy().maxAttempts()).isEqualTo(5);
        assertThat(properties).contains("service.orders.max-attempts=5");
        assertThat(report).startsWith("kept ");
    }

    @Test
    void theBlocksOfThePageArePiecesOfThisFile() throws Exception {
        String source = plain(Files.readString(SOURCE));
        Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
        int found = 0;
        while (blocks.find()) {
            found++;
            assertThat(source).contains(plain(blocks.group(1)));
        }
        assertThat(found).isEqualTo(2);
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void theTableNamesEveryTarget() throws Exception {
        TreeSet<String> named = new TreeSet<>();
        Matcher rows = ROW.matcher(Files.readString(PAGE));
        while (rows.find()) {
            Stream.of(rows.group(1).split(", "))
                    .map(word -> word.replace("`", ""))
                    .forEach(named::add);
        }
        TreeSet<String> targets = new TreeSet<>();
        Stream.of(ExportTarget.values()).map(ExportTarget::word).forEach(targets::add);
        targets.add("sqs"); // which needs a queue beside the policy

        assertThat(named).isEqualTo(targets);
    }
}
