package io.forbear.retry.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MeterTableTest {

    private static final Pattern ROW = Pattern.compile(
            "\\| `(forbear\\.[a-z.]+)` \\| (counter|gauge|timer|summary) \\| ?([a-z]*) \\| ([a-z., ]+) \\| .+ \\|");

    @Test
    void theTableOfMetersIsThatOfTheCode() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Retry users = Retries.named("users")
                .listener(MicrometerRetry.builder(registry).durations().build())
                .build();

        TreeSet<String> registered = registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> !id.getName().endsWith(".histogram"))
                .map(MeterTableTest::row)
                .collect(Collectors.toCollection(TreeSet::new));

        List<String> lines = Files.readAllLines(Path.of("../docs/guide/metrics-and-spans.md"));
        List<String> documented = lines.stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3) + " [" + row.group(4) + "]")
                .toList();
        assertThat(documented).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(registered);
        users.close();
    }

    private static String row(Meter.Id id) {
        String kind = id.getType() == Meter.Type.DISTRIBUTION_SUMMARY
                ? "summary"
                : id.getType().name().toLowerCase(Locale.ROOT);
        return id.getName() + " " + kind + " " + Objects.requireNonNullElse(id.getBaseUnit(), "") + " "
                + id.getTags().stream().map(Tag::getKey).sorted().toList();
    }
}
