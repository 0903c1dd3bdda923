package io.forbear.retry.spring.boot;

import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds services that a variable of the environment cannot tell apart: {@code FORBEAR_SERVICES_USER_SERVICE_DEADLINE}
 * is meant for {@code user-service} and for {@code userService}.
 */
final class SharedVariables {

    private SharedVariables() {}

    /** Returns a line for each group of services that share variables. */
    static List<String> of(RetryConfig config, List<List<ConfigEntry>> layers) {
        Map<String, List<String>> bySpelling = new TreeMap<>();
        config.services().forEach(service -> bySpelling
                .computeIfAbsent(folded(service), unknown -> new ArrayList<>())
                .add(service));
        List<String> lines = new ArrayList<>();
        bySpelling.forEach((spelling, services) -> {
            List<String> variables = layers.stream()
                    .flatMap(List::stream)
                    .filter(entry -> entry.source() == Source.ENVIRONMENT)
                    .filter(entry -> isOf(spelling, entry.key()))
                    .map(ConfigEntry::label)
                    .toList();
            if (services.size() > 1 && !variables.isEmpty()) {
                lines.add(String.join(", ", variables) + ": of " + String.join(" and ", services)
                        + " (expected: services whose names differ by more than case and separators)");
            }
        });
        return lines;
    }

    private static boolean isOf(String spelling, String key) {
        String folded = folded(key);
        return folded.startsWith("services" + spelling) || folded.startsWith("service" + spelling);
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
    }
}
