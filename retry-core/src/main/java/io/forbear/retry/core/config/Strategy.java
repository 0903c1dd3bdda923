package io.forbear.retry.core.config;

import io.forbear.retry.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** The words for a strategy, and the backoff that each stands for, of a base and a maximum. */
enum Strategy {
    EXPONENTIAL(Backoff::exponential),
    LINEAR(Backoff::linear),
    FIXED((base, max) -> Backoff.exponential(base, max).multiplier(1)),
    ADAPTIVE(Backoff::adaptive),
    NONE((base, max) -> Backoff.none());

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

    private final BiFunction<Duration, Duration, Backoff> backoff;

    Strategy(BiFunction<Duration, Duration, Backoff> backoff) {
        this.backoff = backoff;
    }

    /** Whether a multiplier makes a difference. */
    boolean grows() {
        return this == EXPONENTIAL || this == ADAPTIVE;
    }

    Backoff of(Duration base, Duration max) {
        return backoff.apply(base, max);
    }

    static <E extends Enum<E>> Map<String, E> words(E[] constants) {
        Map<String, E> words = new HashMap<>();
        for (E constant : constants) {
            words.put(Types.word(constant), constant);
        }
        return words;
    }
}
