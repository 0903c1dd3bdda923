package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/guide/configuration.md} has every key, and its defaults are those that hold. */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "docs", "guide", "configuration.md");

    /** A row of the table. */
    private record Row(Key key, String type, String byDefault, String bySpecification) {}

    private static List<Row> table() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `")) {
                String[] cells = line.split("\\|");
                assertThat(cells).as(line).hasSize(6);
                assertThat(cells[5].isBlank()).as(line).isFalse();
                Key key = Key.of(text(cells[1]));
                assertThat(key).as(line).isNotNull();
                assertThat(key.text()).isEqualTo(text(cells[1]));
                rows.add(new Row(key, cells[2].trim(), text(cells[3]), text(cells[4])));
            }
        }
        return rows;
    }

    private static String text(String cell) {
        return cell.replace("`", "").trim();
    }

    @Test
    void everyKeyIsOneRow() throws IOException {
        assertThat(table().stream().map(Row::key)).containsExactlyInAnyOrder(Key.values());
    }

    @Test
    void theDefaultsOfThePageAreThoseThatHold() throws IOException {
        for (Row row : table()) {
            if (!row.byDefault.equals("-")) {
                isTheSame(Map.of(row.key.text(), row.byDefault), Map.of());
            }
            if (!row.bySpecification.equals("-")) {
                isTheSame(
                        Map.of(
                                row.key.text(),
                                row.bySpecification,
                                row.key == Key.PRESET ? "enabled" : "preset",
                                row.key == Key.PRESET ? "true" : "specification"),
                        Map.of("preset", "specification"));
            }
        }
    }

    @Test
    void aDefaultThatIsNotOnThePageIsNone() throws IOException {
        List<Key> none = table().stream()
                .filter(row -> row.byDefault.equals("-"))
                .map(Row::key)
                .toList();

        assertThat(none)
                .containsExactlyInAnyOrder(Key.JITTER_FACTOR, Key.ATTEMPT_TIMEOUT, Key.DEADLINE, Key.MAX_BUDGET);
    }

    @Test
    void theKeysOfAllServicesTogetherSayIt() throws IOException {
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `")) {
                Key key = Key.of(text(line.split("\\|")[1]));
                assertThat(line.contains("for all services together")).as(line).isEqualTo(key.common);
            }
        }
    }

    @Test
    void theWordsOfEachKeyAreOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        for (Key key : List.of(Key.PRESET, Key.JITTER, Key.STRATEGY)) {
            assertThatThrownBy(() -> RetryConfig.of(Map.of(key.text(), "~"))).satisfies(error -> {
                String rule = error.getMessage().replaceAll(".*expected: (.*)\\)", "$1");
                assertThat(Arrays.asList(rule.split(" \\| ")))
                        .allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
            });
        }
    }

    private static void isTheSame(Map<String, String> written, Map<String, String> nothing) {
        RetryConfig one = RetryConfig.of(written);
        RetryConfig other = RetryConfig.of(nothing);
        ServiceConfig a = one.service("orders");
        ServiceConfig b = other.service("orders");
        assertThat(a.hasBudgetOf(b)).as("%s", written).isTrue();
        assertThat(a.hasBreakerOf(b)).as("%s", written).isTrue();
        assertThat(a.hasClientBudget()).as("%s", written).isEqualTo(b.hasClientBudget());
        assertThat(one.maxBudget()).isEqualTo(other.maxBudget());
        assertThat(one.maxClients()).isEqualTo(other.maxClients());
        assertThat(one.replenishmentPerMinute()).isEqualTo(other.replenishmentPerMinute());
        RetryPolicy policy = a.policy();
        RetryPolicy usual = b.policy();
        assertThat(policy).as("%s", written).hasToString(usual.toString());
        assertThat(policy.pushback().maxNanos()).isEqualTo(usual.pushback().maxNanos());
        assertThat(policy.isIdempotent()).isEqualTo(usual.isIdempotent());
        assertThat(policy.isNestedRefused()).isEqualTo(usual.isNestedRefused());
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(policy.backoff(category)).as("%s", written).isEqualTo(usual.backoff(category));
        }
    }
}
