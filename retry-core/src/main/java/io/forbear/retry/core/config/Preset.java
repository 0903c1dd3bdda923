package io.forbear.retry.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of the keys that are not written, in the language of the keys themselves. What a preset does not have
 * either is not set: there is none, or the part of the library that it belongs to has a default.
 */
final class Preset {

    /** The defaults of the library: those of {@code Retries.named(..).build()}. */
    static final Preset FORBEAR = new Preset("forbear", "the defaults of this library", """
            max-attempts=3 max-attempts.sheddable=2 strategy=exponential base-delay=100ms
            base-delay.rate-limit=1s max-delay=20s multiplier=2 jitter=equal retry-budget=20%
            circuit-breaker=on
            """);

    /** The defaults of the specification that this library implements. */
    static final Preset SPECIFICATION = new Preset(
            "specification",
            "the defaults of the specification that this library implements: a budget of each client, no other brake",
            """
            max-attempts=3 max-attempts.sheddable=2 strategy=exponential base-delay=100ms max-delay=30s
            multiplier=2 jitter-factor=0.1 max-budget=100 retry-budget=none circuit-breaker=off
            """);

    /** For calls that users wait for. */
    static final Preset CRITICAL = new Preset(
            "critical",
            "for calls that users wait for: one attempt more, shorter delays, the same budget and breaker",
            """
            max-attempts=4 max-attempts.sheddable=2 strategy=exponential base-delay=50ms
            base-delay.rate-limit=1s max-delay=5s multiplier=2 jitter=full retry-budget=20%
            circuit-breaker=on
            """);

    /** For work that can wait. */
    static final Preset BACKGROUND = new Preset(
            "background",
            "for work that can wait: one retry after a long delay, half the budget, no retry inside a retry",
            """
            max-attempts=2 strategy=exponential base-delay=1s max-delay=1m multiplier=2 jitter=full
            retry-budget=10% refuse-nested=true circuit-breaker=on
            """);

    /** The standard mode of the AWS SDK for Java. */
    static final Preset AWS_STANDARD = new Preset("aws-standard", "the standard mode of the AWS SDK for Java 2", """
            max-attempts=3 max-attempts.sheddable=2 strategy=exponential base-delay=100ms
            base-delay.rate-limit=1s max-delay=20s multiplier=2 jitter=full
            retry-budget=aws-quota-classic retry-budget-cost.timeout=5 circuit-breaker=off
            """);

    /** The adaptive mode of the AWS SDK for Java. */
    static final Preset AWS_ADAPTIVE = new Preset(
            "aws-adaptive",
            "the adaptive mode of the AWS SDK for Java 2: the standard mode behind a gate",
            AWS_STANDARD,
            """
            gate=adaptive
            """);

    /** The legacy mode of the AWS SDK for Java. */
    static final Preset AWS_LEGACY =
            new Preset("aws-legacy", "the legacy mode of the AWS SDK for Java 2", AWS_STANDARD, """
            max-attempts=4 base-delay.rate-limit=500ms jitter.rate-limit=equal
            retry-budget-cost.rate-limit=0
            """);

    /** What gRPC's proposal A6 shows as a service config. */
    static final Preset GRPC_DEFAULT = new Preset(
            "grpc-default",
            "the service config that gRPC's proposal A6 shows: UNAVAILABLE is retried, no time-out is",
            """
            max-attempts=4 max-attempts.sheddable=2 strategy=exponential base-delay=100ms max-delay=1s
            multiplier=2 jitter=proportional jitter-factor=0.2 retryable.timeout=false
            retryable.rate-limit=false retry-budget=grpc-throttle retry-budget-tokens=10
            retry-budget-ratio=0.1 circuit-breaker=off
            """);

    /** The defaults of Resilience4j's retry. */
    static final Preset RESILIENCE4J = new Preset(
            "resilience4j",
            "the defaults of Resilience4j's retry: a fixed delay without jitter, every failure is retried, and nothing"
                    + " limits the retries of many calls",
            """
            max-attempts=3 max-attempts.sheddable=2 strategy=fixed base-delay=500ms max-delay=500ms
            jitter=none retryable.client-error=true retry-budget=none circuit-breaker=off
            """);

    /** The presets by the names that text gives them, in order. */
    static final Map<String, Preset> BY_NAME = new LinkedHashMap<>();

    static {
        for (Preset preset : List.of(
                FORBEAR,
                SPECIFICATION,
                CRITICAL,
                BACKGROUND,
                AWS_STANDARD,
                AWS_ADAPTIVE,
                AWS_LEGACY,
                GRPC_DEFAULT,
                RESILIENCE4J)) {
            BY_NAME.put(preset.word, preset);
        }
    }

    /** Its name in text. */
    final String word;

    /** What it is for, for the documentation. */
    final String about;

    private final Map<String, String> written;
    private @Nullable Map<Key<?>, Setting> settings;

    private Preset(String word, String about, String written) {
        this(word, about, read(written));
    }

    private Preset(String word, String about, Preset base, String written) {
        this(word, about, new LinkedHashMap<>(base.written));
        this.written.putAll(read(written));
    }

    private Preset(String word, String about, Map<String, String> written) {
        this.word = word;
        this.about = about;
        this.written = written;
    }

    /** Reads {@code key=value} pairs with blanks between them. */
    private static Map<String, String> read(String text) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String pair : text.strip().split("\\s+")) {
            int equals = pair.indexOf('=');
            map.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return map;
    }

    /** Returns the values as they are written here, by key. */
    Map<String, String> written() {
        return written;
    }

    /** Returns the setting of a key, or that nothing is set. */
    synchronized Setting setting(Key<?> key) {
        Map<Key<?>, Setting> known = settings;
        if (known == null) {
            known = new TreeMap<>();
            for (Map.Entry<String, String> each : written.entrySet()) {
                Key<?> of = Keys.of(each.getKey());
                if (of == null) {
                    throw new IllegalStateException(each.getKey());
                }
                known.put(of, Setting.ofPreset(of, each.getValue()));
            }
            settings = known;
        }
        return known.getOrDefault(key, Setting.nothing(key));
    }
}
