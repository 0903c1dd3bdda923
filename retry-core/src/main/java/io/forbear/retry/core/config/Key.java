package io.forbear.retry.core.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys. The text of a key is its constant's name in lower case with dashes. */
enum Key {
    MAX_ATTEMPTS,
    BASE_DELAY,
    MAX_DELAY,
    MULTIPLIER,
    JITTER_FACTOR,
    JITTER,
    STRATEGY,
    RETRY_BUDGET,
    ENABLED,
    DEADLINE,
    IDEMPOTENT,
    REFUSE_NESTED,
    CIRCUIT_BREAKER,
    CIRCUIT_BREAKER_WINDOW,
    CIRCUIT_BREAKER_MINIMUM_CALLS,
    CIRCUIT_BREAKER_OPEN_FOR,
    REPLENISHMENT_RATE(true),
    MAX_BUDGET(true),
    MAX_CLIENTS(true);

    /** Whether the key is one of all services together, so that no service has its own. */
    final boolean common;

    Key() {
        this(false);
    }

    Key(boolean common) {
        this.common = common;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static @Nullable Key of(String text) {
        String dashed = text.replace('_', '-');
        for (Key key : values()) {
            if (key.text().equals(dashed)) {
                return key;
            }
        }
        return null;
    }

    static String all() {
        return Arrays.stream(values()).map(Key::text).sorted().collect(Collectors.joining(", ", "one of ", ""));
    }
}
