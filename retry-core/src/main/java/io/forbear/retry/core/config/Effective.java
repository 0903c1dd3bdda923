package io.forbear.retry.core.config;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The settings of one service as they hold: of each key its own, else that for all, else that of the preset. */
final class Effective {

    /** A rule may quote the values of other keys. */
    private static final String WITHHELD = "a value that fits those beside it, some of which are secret";

    private final Values values;
    private final Map<Key<?>, Setting> common;
    private final Map<Key<?>, Setting> own;
    private final Preset preset;

    Effective(Values values, Map<Key<?>, Setting> common, Map<Key<?>, Setting> own) {
        this.values = values;
        this.common = common;
        this.own = own;
        Setting named = written(Keys.PRESET);
        Preset chosen = named == null ? null : values.read(named, Keys.PRESET.type);
        this.preset = chosen == null ? Preset.FORBEAR : chosen;
    }

    private @Nullable Setting written(Key<?> key) {
        Setting ofService = own.get(key);
        return ofService == null ? common.get(key) : ofService;
    }

    Setting setting(Key<?> key) {
        Setting written = written(key);
        return written == null ? preset.setting(key) : written;
    }

    /** Returns the value of a key: if it is wrong, that of the preset; {@code null} if there is none either. */
    <V> @Nullable V get(Key<V> key) {
        Setting setting = setting(key);
        V value = values.read(setting, key.type);
        return value == null && setting.isWritten() ? values.read(preset.setting(key), key.type) : value;
    }

    /** Returns the value of a key, or another where it has none. */
    <V> V getOr(Key<V> key, V otherwise) {
        V value = get(key);
        return value == null ? otherwise : value;
    }

    /** Tells whether somebody wrote the key, and not the preset. */
    boolean isWritten(Key<?> key) {
        return setting(key).isWritten();
    }

    /** Tells whether the key has a value. */
    boolean isSet(Key<?> key) {
        return setting(key).isSet();
    }

    /** Adds an error about the value of a key. */
    void wrong(Key<?> key, String expected) {
        values.wrong(setting(key), open(expected));
    }

    /** Adds an error about the value of a key, which it shows in another form. */
    void wrong(Key<?> key, String shown, String expected) {
        Setting setting = setting(key);
        values.wrong(setting.place(), setting.label(), shown, open(expected));
    }

    private String open(String rule) {
        return hasSecret(own) || hasSecret(common) ? WITHHELD : rule;
    }

    private static boolean hasSecret(Map<Key<?>, Setting> settings) {
        return settings.values().stream().anyMatch(setting -> setting.place().secret());
    }

    /** Adds an error if a key is written that says nothing beside another, and is not the weaker of both. */
    void refuseBeside(Key<?> key, Key<?> other) {
        Setting setting = setting(key);
        Setting beside = setting(other);
        boolean isRight = setting.isWritten() && key.type.parse(String.valueOf(setting.value())) != null;
        if (isRight && setting.rank() >= beside.rank()) {
            String word = beside.shown().trim().toLowerCase(java.util.Locale.ROOT);
            values.wrong(setting, "nothing beside " + other.text + " " + word);
        }
    }

    /** Returns the values that hold, in their canonical form, by key; those of the preset included. */
    Map<String, String> canonical() {
        Map<String, String> all = new TreeMap<>();
        for (Key<?> key : Keys.ALL) {
            String value = setting(key).value();
            if (value != null) {
                all.put(key.text, key.type.canonical(value));
            }
        }
        return all;
    }
}
