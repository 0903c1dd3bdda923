package io.forbear.retry.core.config;

import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sorts settings by service and key. Errors are collected in the values. Not thread-safe. */
final class TextReader {

    private static final String VARIABLE = "FORBEAR_";
    private static final String SERVICE_VARIABLE = "SERVICE_";
    private static final String DEFAULT_VARIABLE = "DEFAULT_";
    /** What the system properties begin with that are settings. */
    static final String PROPERTY = "forbear.";

    /** Deeper maps are refused: one may contain itself. */
    private static final int DEEPEST = 8;

    private final Text text = new Text();
    private final Values values;

    TextReader(Values values) {
        this.values = values;
    }

    Text text() {
        return text;
    }

    /** Takes the settings of a map, whose values may be maps. */
    void takeAll(Map<?, ?> settings, Place place) {
        Map<String, String> sorted = new TreeMap<>();
        flatten("", settings, sorted, place, 0);
        sorted.forEach((label, value) -> take(label, value, place));
    }

    private void flatten(String prefix, Map<?, ?> settings, Map<String, String> into, Place place, int depth) {
        settings.forEach((key, value) -> {
            String label = prefix + key;
            String text = scalar(value);
            if (!(key instanceof String)) {
                values.wrong(place, label, String.valueOf(value), "text for key and value");
            } else if (value instanceof Map<?, ?> nested && depth < DEEPEST) {
                flatten(label + ".", nested, into, place, depth + 1);
            } else if (text == null) {
                String shown =
                        value == null ? "null" : OneLine.of(value.getClass().getSimpleName());
                values.wrong(place, label, value instanceof Map ? "maps in maps" : shown, "text for key and value");
            } else {
                into.put(label, text);
            }
        });
    }

    /** Returns the text of a value, {@code null} if it is neither text, number, word nor a list of these. */
    private static @Nullable String scalar(@Nullable Object value) {
        if (value instanceof Collection<?> list) {
            StringJoiner all = new StringJoiner(", ");
            for (Object each : list) {
                String text = each instanceof Collection ? null : scalar(each);
                if (text == null) {
                    return null;
                }
                all.add(text);
            }
            return all.toString();
        }
        return value instanceof String text
                ? text
                : value instanceof Number || value instanceof Boolean || value instanceof Enum<?>
                        ? value.toString()
                        : null;
    }

    /** Takes one setting. */
    void take(String label, String value, Place place) {
        take(label, label, value, place, true);
    }

    /** Takes what another reader has found. */
    void take(ConfigEntry entry) {
        if (entry.source() != Source.ENVIRONMENT) {
            Place place = new Place(entry.source(), entry.place(), entry.secret());
            take(entry.key(), entry.label(), entry.value(), place, entry.source() != Source.SYSTEM_PROPERTY);
        } else if (Spelling.isOfService(entry.key())) {
            takeVariable(Spelling.afterService(entry.key()).replace('.', '_'), entry.label(), entry.value());
        } else {
            takeCommonVariable(Spelling.withoutDefault(entry.key()), entry.label(), entry.value());
        }
    }

    /** Takes the setting that a file is, by its name. A file of which no key is near may be something else. */
    void takeFile(String label, String value, Place place) {
        take(label, label, value, place, false);
    }

    /**
     * Takes one setting.
     *
     * @param name the label without what its source puts before it
     * @param strict whether a key that is not known is an error wherever no key is near it
     */
    private void take(String name, String label, String value, Place place, boolean strict) {
        if (!Spelling.isOfService(name)) {
            Key<?> key = Spelling.key(Spelling.withoutDefault(name));
            if (key != null) {
                put(text.common(), key, Setting.written(label, value, false, place));
            } else {
                unknown(Spelling.withoutDefault(name), label, value, place, strict);
            }
            return;
        }
        // the key is the last word, or the last words if its hyphens were written as dots
        String rest = Spelling.afterService(name);
        for (int dot = rest.lastIndexOf('.'); dot > 0; dot = rest.lastIndexOf('.', dot - 1)) {
            Key<?> key = Spelling.key(rest.substring(dot + 1));
            if (key != null) {
                putOwn(text.ofOwn(rest.substring(0, dot)), key, Setting.written(label, value, true, place));
                return;
            }
        }
        unknown(rest, label, value, place, strict);
    }

    private void unknown(String name, String label, String value, Place place, boolean strict) {
        if (strict || Elsewhere.isNear(name)) {
            values.wrong(place, label, value, Elsewhere.expected(name));
        }
    }

    /**
     * Takes the system properties that begin with {@code forbear.}. Those of which no key is near may belong to another
     * program.
     */
    void takeSystemProperties(Map<String, String> properties) {
        new TreeMap<>(properties).forEach((label, value) -> {
            if (label.startsWith(PROPERTY)) {
                take(label.substring(PROPERTY.length()), label, value, Place.SYSTEM_PROPERTY, false);
            }
        });
    }

    /**
     * Takes the variables of an environment. Only names that end with a key count. Others may belong to another
     * program, such as {@code FORBEAR_SERVICE_HOST}, which Kubernetes sets if it has a service named {@code forbear}.
     */
    void takeEnvironment(Map<String, String> environment) {
        boolean kubernetes = environment.containsKey("FORBEAR_SERVICE_HOST");
        new TreeMap<>(environment).forEach((label, value) -> {
            String ours = label.startsWith(VARIABLE) ? label.substring(VARIABLE.length()) : "";
            if (ours.startsWith(SERVICE_VARIABLE)) {
                String rest = ours.substring(SERVICE_VARIABLE.length());
                if (!(kubernetes && rest.startsWith("PORT_"))) {
                    takeVariable(rest, label, value);
                }
                return;
            }
            String name = ours.startsWith(DEFAULT_VARIABLE) ? ours.substring(DEFAULT_VARIABLE.length()) : ours;
            takeCommonVariable(name, label, value);
        });
    }

    private void takeCommonVariable(String name, String label, String value) {
        Key<?> key = Spelling.key(name);
        if (key != null) {
            put(text.common(), key, Setting.written(label, value, false, Place.ENVIRONMENT));
        }
    }

    /** The longest end that is a key is the key; the part before it is the name of the service. */
    private void takeVariable(String nameAndKey, String label, String value) {
        for (int end = nameAndKey.indexOf('_', 1); end > 0; end = nameAndKey.indexOf('_', end + 1)) {
            Key<?> key = Spelling.key(nameAndKey.substring(end + 1));
            if (key != null) {
                String service = Key.folded(nameAndKey.substring(0, end));
                putOwn(text.ofAnySpelling(service), key, Setting.written(label, value, true, Place.ENVIRONMENT));
                return;
            }
        }
    }

    private void putOwn(Map<Key<?>, Setting> into, Key<?> key, Setting setting) {
        if (key.common) {
            values.wrong(setting, "not for one service: write " + key.text + " for all");
        } else {
            put(into, key, setting);
        }
    }

    private void put(Map<Key<?>, Setting> into, Key<?> key, Setting setting) {
        Setting other = into.put(key, setting);
        if (other != null) {
            values.wrong(
                    setting,
                    "once; it is also written as " + other.place().prefix() + other.label() + ": " + other.shown());
        }
    }
}
