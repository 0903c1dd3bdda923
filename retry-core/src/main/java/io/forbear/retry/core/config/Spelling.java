package io.forbear.retry.core.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The spellings of keys and of what is before them. */
final class Spelling {

    /** What is before the name of a service. */
    static final String SERVICE = "service.";

    /** Other names of keys, folded: those of the specification. */
    private static final Map<String, Key<?>> ALIASES = aliases();

    /** What is before the settings of one service, folded: here, in Spring Boot, and in the specification. */
    private static final Set<String> SERVICES = Set.of("service", "services", "serviceconfigs");

    /** What the specification calls the settings for all, folded. */
    private static final Set<String> FOR_ALL = Set.of("default", "defaultretryconfig", "budgetconfig");

    private Spelling() {}

    private static Map<String, Key<?>> aliases() {
        Map<String, Key<?>> aliases = new HashMap<>();
        aliases.put("backoffmultiplier", PolicyKeys.MULTIPLIER);
        aliases.put("replenishmentrateperminute", CommonKeys.REPLENISHMENT_RATE);
        for (Key<?> key : Keys.ALL) {
            Object zero = key.type.name().equals("duration") ? key.type.parse("1s") : null;
            if (zero instanceof Duration) { // a plain number is milliseconds, so the unit may be in the key
                int dot = key.text.indexOf('.');
                int end = dot < 0 ? key.text.length() : dot;
                aliases.put(Key.folded(key.text.substring(0, end) + "ms" + key.text.substring(end)), key);
            }
        }
        return aliases;
    }

    /** Returns the key of a text in any spelling; {@code null} if there is none. */
    static @Nullable Key<?> key(String text) {
        Key<?> key = Keys.of(text);
        return key == null ? ALIASES.get(Key.folded(text)) : key;
    }

    /** Tells whether a label begins as that of one service does. */
    static boolean isOfService(String label) {
        int dot = label.indexOf('.');
        return dot > 0 && SERVICES.contains(Key.folded(label.substring(0, dot)));
    }

    /** Returns a label without what says that it holds for all services. */
    static String withoutDefault(String label) {
        int dot = label.indexOf('.');
        return dot > 0 && FOR_ALL.contains(Key.folded(label.substring(0, dot))) ? label.substring(dot + 1) : label;
    }

    /** Returns what is after the beginning of a label of one service: the name and the key. */
    static String afterService(String label) {
        return label.substring(label.indexOf('.') + 1);
    }

    /**
     * Returns the last words of a label in which its key is to be looked for, shortest first: the last, and the last
     * two if a category follows the key.
     */
    static List<String> tails(String label) {
        int last = label.lastIndexOf('.');
        int before = last < 0 ? -1 : label.lastIndexOf('.', last - 1);
        String shortest = label.substring(last + 1);
        return last < 0 ? List.of(shortest) : List.of(shortest, label.substring(before + 1));
    }
}
