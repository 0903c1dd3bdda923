package io.forbear.retry.spring.boot;

import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.List;

/**
 * Finds variables of the environment that look like settings and set nothing, such as {@code
 * FORBEAR_SERVICES_ORDERS_MAX_ATEMPTS}. They stop no application, since a variable may belong to another program.
 */
final class IgnoredVariables {

    private IgnoredVariables() {}

    /** Returns a line for each. */
    static List<String> of(List<List<ConfigEntry>> layers) {
        return layers.stream()
                .flatMap(List::stream)
                .filter(entry -> entry.source() == Source.ENVIRONMENT && isMeantAsSetting(entry.label()))
                .filter(IgnoredVariables::setsNothing)
                .map(entry -> entry.label() + ": ignored (expected: a name that ends with a key, such as MAX_ATTEMPTS)")
                .toList();
    }

    /** What Kubernetes sets for a service that is named forbear begins otherwise. */
    private static boolean isMeantAsSetting(String variable) {
        return variable.startsWith("FORBEAR_SERVICES_") || variable.startsWith("FORBEAR_DEFAULT_");
    }

    /** Asks the parser, which knows all spellings of all keys. */
    private static boolean setsNothing(ConfigEntry entry) {
        try {
            return ConfigSources.none()
                    .entries(() -> List.of(List.of(entry)))
                    .read()
                    .toMap()
                    .isEmpty();
        } catch (IllegalArgumentException wrong) {
            return false; // it needs another setting beside it, or would have stopped the application
        }
    }
}
