package io.forbear.retry.core.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Settings as text, sorted by service and key; the values are not read yet.
 *
 * @param common by key, for all services
 * @param own by the name of the service, then by key
 * @param anySpelling by the folded name of the service: settings from an environment, whose variables cannot contain
 *     most characters of a name
 */
record Text(
        Map<Key<?>, Setting> common,
        Map<String, Map<Key<?>, Setting>> own,
        Map<String, Map<Key<?>, Setting>> anySpelling) {

    Text() {
        this(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    /**
     * Lays this text over another: if both have a key for one service, or both for all services, that of this text
     * holds.
     */
    Text over(Text lower) {
        int layers = lower.layers() + 1;
        Text both = new Text();
        lay(lower.common, 0, both.common);
        lay(common, layers, both.common);
        lower.own.forEach((name, settings) -> lay(settings, 0, both.ofOwn(name)));
        lower.anySpelling.forEach((name, settings) -> lay(settings, 0, both.ofAnySpelling(name)));
        own.forEach((name, settings) -> lay(settings, layers, both.ofOwn(name)));
        anySpelling.forEach((name, settings) -> lay(settings, layers, both.ofAnySpelling(name)));
        return both;
    }

    Map<Key<?>, Setting> ofOwn(String name) {
        return own.computeIfAbsent(name, unknown -> new TreeMap<>());
    }

    Map<Key<?>, Setting> ofAnySpelling(String name) {
        return anySpelling.computeIfAbsent(name, unknown -> new TreeMap<>());
    }

    private static void lay(Map<Key<?>, Setting> upper, int layers, Map<Key<?>, Setting> onto) {
        upper.forEach((key, setting) -> onto.put(key, setting.raised(layers)));
    }

    private int layers() {
        return Stream.of(Stream.of(common), own.values().stream(), anySpelling.values().stream())
                .flatMap(all -> all)
                .flatMap(settings -> settings.values().stream())
                .mapToInt(Setting::layer)
                .max()
                .orElse(0);
    }

    /** Returns the own settings of a service: of two for one key, that of the upper layer. */
    Map<Key<?>, Setting> of(String service) {
        Map<Key<?>, Setting> settings = new TreeMap<>();
        lay(own.getOrDefault(service, Map.of()), 0, settings);
        anySpelling
                .getOrDefault(Key.folded(service), Map.of())
                .forEach((key, setting) -> settings.merge(key, setting, Text::stronger));
        return settings;
    }

    private static Setting stronger(Setting exact, Setting other) {
        return other.rank() >= exact.rank() ? other : exact;
    }

    boolean names(String service) {
        return own.containsKey(service) || anySpelling.containsKey(Key.folded(service));
    }

    Setting common(Key<?> key) {
        Setting written = common.get(key);
        return written == null ? Setting.nothing(key) : written;
    }

    /**
     * Returns the settings as text that is read as the same: keys in their own spelling, values in their canonical
     * form. A service of the environment is written by its folded name.
     */
    Map<String, String> written() {
        Map<String, String> text = new TreeMap<>();
        write("", common, text);
        anySpelling.forEach((name, settings) -> write(Spelling.SERVICE + name + ".", settings, text));
        own.keySet().forEach(name -> write(Spelling.SERVICE + name + ".", of(name), text));
        return text;
    }

    private static void write(String prefix, Map<Key<?>, Setting> settings, Map<String, String> text) {
        settings.forEach((key, setting) -> {
            String value = setting.value();
            if (value != null) {
                text.put(prefix + key.text, key.type.canonical(value));
            }
        });
    }
}
