package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Text in the format of properties, with the line of each entry. */
class PropertiesTextTest {

    private static List<String> entries(String text) {
        List<String> entries = new ArrayList<>();
        Values values = new Values();
        PropertiesText.read(
                "f", text, (key, value, place) -> entries.add(place.name() + " " + key + "=" + value), values);
        values.check();
        return entries;
    }

    @Test
    void anEntryHasTheLineOnWhichItBegins() {
        assertThat(entries("\uFEFFa=1\n# no\n\n  ! no\nb = 2\r\nc: \\\n   3\\\n4\rd e\nlast\\"))
                .containsExactly("f:1 a=1", "f:5 b=2", "f:6 c=34", "f:9 d=e", "f:10 last=");
    }

    @Test
    void anEntryThatIsMalformedIsAnErrorAtItsLine() {
        assertThatThrownBy(() -> entries("a=1\nb=\\u12"))
                .hasMessageStartingWith("f:2: b=\\u12: nothing (expected: an entry of properties: ");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a", "b", "=", ":", " ", "\t", "\f", "\\", "#", "!", "\n", "\r", "\r\n", "\\\n", "\\n", "\\ ",
                        "\u00e4")
                .list()
                .ofMaxSize(24)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 3_000)
    void theLastEntryOfEachKeyIsThatOfTheJdk(@ForAll("texts") String text) throws IOException {
        Properties expected = new Properties();
        expected.load(new StringReader(text));
        Map<String, String> found = new HashMap<>();

        PropertiesText.read("f", text, (key, value, place) -> found.put(key, value), new Values());

        // the empty key is no setting; whether a lone backslash at the end is one depends on the end of its line
        expected.remove("");
        found.remove("");
        assertThat(found).isEqualTo(expected);
    }
}
