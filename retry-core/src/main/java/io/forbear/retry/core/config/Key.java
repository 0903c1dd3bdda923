package io.forbear.retry.core.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys. The text of a key is its constant's name in lower case with hyphens.
 *
 * <p>To add a key: a constant here, a line in {@link ServiceReader} that reads it, its name in the list of {@link
 * RetryConfig}, a row in {@code docs/guide/configuration.md}.
 */
enum Key {
    PRESET,
    MAX_ATTEMPTS,
    BASE_DELAY,
    MAX_DELAY,
    MULTIPLIER,
    JITTER_FACTOR,
    JITTER,
    STRATEGY,
    MAX_PUSHBACK,
    PUSHBACK_BEYOND,
    ATTEMPT_TIMEOUT,
    RETRY_BUDGET,
    ENABLED,
    DEADLINE,
    IDEMPOTENT,
    REFUSE_NESTED,
    CIRCUIT_BREAKER,
    CIRCUIT_BREAKER_WINDOW,
    CIRCUIT_BREAKER_MINIMUM_CALLS,
    CIRCUIT_BREAKER_OPEN_FOR,
    CIRCUIT_BREAKER_OPEN_FOR_ERRORS,
    REPLENISHMENT_RATE(true),
    MAX_BUDGET(true),
    MAX_CLIENTS(true);

    private static final Map<String, Key> BY_FOLDED_TEXT = new HashMap<>();

    static {
        for (Key key : values()) {
            BY_FOLDED_TEXT.put(folded(key.name()), key);
        }
    }

    /** Whether the key is for all services together: no service has a value of its own. */
    final boolean common;

    private final String text;

    Key() {
        this(false);
    }

    Key(boolean common) {
        this.common = common;
        this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String text() {
        return text;
    }

    /** Returns the key of a text in any of the spellings that {@link #folded} makes equal. */
    static @Nullable Key of(String text) {
        return BY_FOLDED_TEXT.get(folded(text));
    }

    /**
     * Removes hyphens, underscores and dots, and turns ASCII letters into lower case: {@code maxAttempts} is then equal
     * to {@code max-attempts}.
     */
    static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '-' && c != '_' && c != '.') {
                folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
            }
        }
        return folded.toString();
    }

    static List<String> texts() {
        return Arrays.stream(values()).map(Key::text).sorted().toList();
    }

    static String all() {
        return texts().stream().collect(Collectors.joining(", ", "one of ", ""));
    }
}
