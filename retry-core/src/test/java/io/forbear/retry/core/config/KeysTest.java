package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of settings: what holds for every row of it. */
class KeysTest {

    @Test
    void everyKeyIsThereOnceInAnySpelling() {
        Set<String> folded = new HashSet<>();
        for (Key<?> key : Keys.ALL) {
            assertThat(folded.add(Key.folded(key.text))).as(key.text).isTrue();
            assertThat(Spelling.key(key.text)).isSameAs(key);
            assertThat(key.text).matches("[a-z-]+(\\.[a-z-]+)?");
        }
        assertThat(RetryConfig.keys()).hasSameSizeAs(Keys.ALL).hasSizeGreaterThan(100);
    }

    /** Otherwise {@code service.a.<key>} would be read as the shorter key of a service with a longer name. */
    @Test
    void noKeyIsTheEndOfAnotherThatIsWrittenWithDots() {
        for (Key<?> key : Keys.ALL) {
            String dotted = key.text.replace('-', '.');
            for (int dot = dotted.indexOf('.'); dot >= 0; dot = dotted.indexOf('.', dot + 1)) {
                assertThat(Spelling.key(dotted.substring(dot + 1))).as(key.text).isNull();
            }
        }
    }

    @Test
    void everyKeySaysWhatItIsForAndWhatItTakes() {
        for (ConfigKey key : RetryConfig.keys()) {
            assertThat(key.description())
                    .as(key.name())
                    .isNotBlank()
                    .doesNotEndWith(".")
                    .doesNotContain("|");
            assertThat(key.rule()).as(key.name()).isNotBlank();
            assertThat(key.type()).as(key.name()).isNotBlank();
        }
    }

    @Test
    void everyDefaultIsWrittenInItsOneForm() {
        for (Key<?> key : Keys.ALL) {
            String usual = ConfigKey.of(key).defaultValue();
            if (!usual.isEmpty() && !List.of("retry-budget").contains(key.text)) {
                assertThat(key.type.canonical(usual)).as(key.text).isEqualTo(usual);
            }
        }
    }

    @Test
    void aPresetIsMadeOfKeysAndOfValuesThatTheyTake() {
        for (Preset preset : Preset.BY_NAME.values()) {
            preset.written().forEach((text, value) -> {
                Key<?> key = Keys.of(text);
                assertThat(key).as(text).isNotNull();
                assertThat(key.type.parse(value))
                        .as("%s %s=%s", preset.word, text, value)
                        .isNotNull();
            });
        }
    }
}
