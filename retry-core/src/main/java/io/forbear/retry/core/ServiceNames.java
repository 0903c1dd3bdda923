package io.forbear.retry.core;

import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.internal.Nearest;
import io.forbear.retry.core.internal.OneLine;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Tells a mistyped name of a service from one that was meant. Guarded by the lock of its registry. */
final class ServiceNames {

    /** More unknown names than this are not logged, so that what is remembered of them stays small. */
    private static final int MOST_NOTICES = 20;

    private final Set<String> customized;
    private final boolean strict;
    private final BiConsumer<System.Logger.Level, String> notices;
    private final Set<String> noticed = new HashSet<>();

    ServiceNames(Set<String> customized, boolean strict, BiConsumer<System.Logger.Level, String> notices) {
        this.notices = notices;
        this.customized = Set.copyOf(customized);
        this.strict = strict;
    }

    /**
     * Checks a name that is asked for the first time.
     *
     * @throws IllegalArgumentException if the registry is strict and no key and no customizer names the service
     */
    void check(String name, RetryConfig config) {
        if (config.names(name) || customized.contains(name)) {
            return;
        }
        Set<String> known = new TreeSet<>(config.services());
        known.addAll(customized);
        List<String> near = Nearest.to(name, known);
        String meant = near.isEmpty() ? "" : "; did you mean " + OneLine.of(String.join(" or ", near)) + "?";
        if (strict) {
            String rule = known.isEmpty()
                    ? "a service that a key or a customizer names, and none does"
                    : near.isEmpty()
                            ? "one of " + OneLine.of(String.join(", ", known))
                            : "a service that a key or a customizer names" + meant;
            throw new IllegalArgumentException("service: \"" + OneLine.of(name) + "\" (expected: " + rule + ")");
        }
        if (!known.isEmpty() && noticed.size() < MOST_NOTICES && noticed.add(name)) {
            notices.accept(
                    near.isEmpty() ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                    "no key and no customizer names the service \"" + name + "\", so the settings for all hold"
                            + meant);
        }
    }
}
