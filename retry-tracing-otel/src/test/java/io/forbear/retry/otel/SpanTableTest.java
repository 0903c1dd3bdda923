package io.forbear.retry.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SpanTableTest {

    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z._]+)` \\| [a-z' ,]+ \\| (string|long|double) \\| .+ \\|");

    @Test
    void theTableOfAttributesIsThatOfTheCode() throws IOException, IllegalAccessException {
        List<String> declared = new ArrayList<>();
        for (Field field : RetryAttributes.class.getDeclaredFields()) {
            if (field.getType() == AttributeKey.class) {
                AttributeKey<?> key = (AttributeKey<?>) field.get(null);
                declared.add(key.getKey() + " " + key.getType().name().toLowerCase(Locale.ROOT));
            }
        }
        List<String> documented = Files.readAllLines(Path.of("../docs/guide/metrics-and-spans.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(declared);
    }
}
