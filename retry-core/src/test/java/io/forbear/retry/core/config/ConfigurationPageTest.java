package io.forbear.retry.core.config;

import static io.forbear.retry.testsupport.Pages.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.RetryRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/guide/configuration.md} are those of the code. {@code -Dforbear.writePages=true} writes
 * them again.
 */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "docs", "guide", "configuration.md");

    @Test
    void theTablesAreThoseOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        String now = with(with(page, "keys", keys()), "presets", presets());
        if (Boolean.getBoolean("forbear.writePages")) {
            Files.writeString(PAGE, now);
        }
        assertThat(page).isEqualTo(now);
    }

    /** A row for each key; those of one category or criticality share a row. */
    private static String keys() {
        Map<String, List<Key<?>>> rows = new LinkedHashMap<>();
        for (Key<?> key : Keys.ALL) {
            rows.computeIfAbsent(key.row, row -> new ArrayList<>()).add(key);
        }
        StringBuilder text = new StringBuilder("| key | type | default | what it sets |\n|---|---|---|---|\n");
        rows.forEach((row, keys) -> text.append("| `")
                .append(row)
                .append("` | ")
                .append(keys.get(0).type.name())
                .append(" | ")
                .append(usual(keys))
                .append(" | ")
                .append(keys.get(0).about)
                .append(" |\n"));
        return text.toString();
    }

    private static String usual(List<Key<?>> keys) {
        List<String> usual = new ArrayList<>();
        for (Key<?> key : keys) {
            String value = ConfigKey.of(key).defaultValue();
            int dot = key.text.indexOf('.');
            if (!value.isEmpty()) {
                usual.add(dot < 0 ? "`" + value + "`" : "`" + key.text.substring(dot + 1) + "`: `" + value + "`");
            }
        }
        return usual.isEmpty() ? "-" : String.join(", ", usual);
    }

    private static String presets() {
        StringBuilder text = new StringBuilder("| preset | what it is | values |\n|---|---|---|\n");
        for (Preset preset : Preset.BY_NAME.values()) {
            List<String> values = new ArrayList<>();
            preset.written().forEach((key, value) -> values.add("`" + key + "=" + value + "`"));
            text.append("| `")
                    .append(preset.word)
                    .append("` | ")
                    .append(preset.about)
                    .append(" | ")
                    .append(String.join(" ", values))
                    .append(" |\n");
        }
        return text.toString();
    }

    @Test
    void aDefaultOfThePageIsTheOneThatHolds() {
        int compared = 0;
        for (ConfigKey key : RetryConfig.keys()) {
            if (!key.defaultValue().isEmpty()) {
                isTheSame(Map.of(key.name(), key.defaultValue()), Map.of());
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(15);
    }

    @Test
    void theValuesOfAPresetWrittenByHandAreThePreset() {
        for (Preset preset : Preset.BY_NAME.values()) {
            Map<String, String> written = new LinkedHashMap<>(preset.written());
            written.putIfAbsent("base-delay.rate-limit", written.get("base-delay")); // the default preset has its own
            isTheSame(written, Map.of("preset", preset.word));
        }
    }

    @Test
    void theKeysOfAllServicesTogetherSayIt() {
        for (ConfigKey key : RetryConfig.keys()) {
            boolean saysIt = key.description().contains("for all services together");
            assertThat(saysIt).as(key.name()).isEqualTo(key.isForAllServices());
        }
    }

    @Test
    void theWordsOfEachKeyAreOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        int keys = 0;
        for (ConfigKey key : RetryConfig.keys()) {
            if (key.type().equals("word") && !key.name().contains(".")) {
                assertThatThrownBy(() -> RetryConfig.of(Map.of(key.name(), "~")))
                        .satisfies(error -> {
                            String rule = error.getMessage().replaceAll(".*expected: (.*)\\)", "$1");
                            assertThat(Arrays.asList(rule.split(" \\| ")))
                                    .allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
                        });
                keys++;
            }
        }
        assertThat(keys).isEqualTo(6);
    }

    private static void isTheSame(Map<String, String> written, Map<String, String> nothing) {
        RetryConfig one = RetryConfig.of(written);
        RetryConfig other = RetryConfig.of(nothing);
        assertThat(SameConfig.of(one, "orders")).as("%s", written).isEqualTo(SameConfig.of(other, "orders"));
        assertThat(RetryRegistry.load(written).get("orders").policy())
                .as("%s", written)
                .hasToString(RetryRegistry.load(nothing).get("orders").policy().toString());
    }
}
