package io.forbear.retry.core.config;

import io.forbear.retry.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The words for a strategy, and the backoff that each stands for, of a base and a maximum. */
enum Strategy {
    EXPONENTIAL,
    LINEAR,
    FIXED,
    ADAPTIVE,
    NONE;

    static final Map<String, Strategy> WORDS = words(values());

    /** The words of the specification and of other libraries, folded. */
    static final Map<String, Strategy> ALIASES = Map.of(
            "exponentialbackoff", EXPONENTIAL,
            "exponentialwithjitter", EXPONENTIAL,
            "linearbackoff", LINEAR,
            "fixeddelay", FIXED,
            "fixedbackoff", FIXED,
            "constant", FIXED,
            "adaptivebackoff", ADAPTIVE,
            "immediate", NONE);

    /** Whether a multiplier makes a difference. */
    boolean grows() {
        return this == EXPONENTIAL || this == ADAPTIVE;
    }

    Backoff of(Duration base, Duration max) {
        return switch (this) {
            case EXPONENTIAL -> Backoff.exponential(base, max);
            case LINEAR -> Backoff.linear(base, max);
            case FIXED -> Backoff.exponential(base, max).multiplier(1);
            case ADAPTIVE -> Backoff.adaptive(base, max);
            case NONE -> Backoff.none();
        };
    }

    static <E extends Enum<E>> Map<String, E> words(E[] constants) {
        Map<String, E> words = new HashMap<>();
        for (E constant : constants) {
            words.put(Types.word(constant), constant);
        }
        return words;
    }
}
