package io.forbear.retry.core;

import io.forbear.retry.core.CustomizedServices.Entry;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.internal.Notices;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The settings of a service as text for people: a line for each, with its source. */
final class Explanation {

    /** More wrong keys than these are not logged one by one. */
    private static final int MOST_LINES = 50;

    private Explanation() {}

    /**
     * Explains the settings of a service.
     *
     * @param made the service; {@code null} where it is not made yet: then text alone says how it would be
     */
    static String of(@Nullable Entry made, RetryConfig config, String service) {
        return of(
                made == null
                        ? ofText(config, service)
                        : made.retry().operations().configuration());
    }

    private static List<ConfiguredValue> ofText(RetryConfig config, String service) {
        Settings text = Settings.ofText(config, service, config.maxClients());
        return text.listed(text, Source.CUSTOMIZER, config.origins(service), config.preset(service));
    }

    private static String of(List<ConfiguredValue> values) {
        int widest =
                values.stream().mapToInt(value -> value.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (ConfiguredValue value : values) {
            text.append(value.name())
                    .append(" ".repeat(widest - value.name().length()))
                    .append(" = ")
                    .append(value.value())
                    .append("  <- ")
                    .append(source(value))
                    .append('\n');
        }
        return text.toString();
    }

    private static String source(ConfiguredValue value) {
        String source = value.source().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return value.detail().isEmpty() ? source : source + ": " + value.detail();
    }

    /** Tells the log and every service that settings were refused: a line for each key, so that none is cut off. */
    static void refused(Collection<Entry> services, String problems) {
        Notices.log(System.Logger.Level.WARNING, "configuration refused, the one before stays in force:");
        problems.lines().limit(MOST_LINES).forEach(line -> Notices.log(System.Logger.Level.WARNING, line.strip()));
        services.forEach(entry -> entry.service().operators.reloadRefused(problems));
    }
}
