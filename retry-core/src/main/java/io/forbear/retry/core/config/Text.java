package io.forbear.retry.core.config;

import io.forbear.retry.core.internal.Nearest;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings as text, sorted by service and key; the values are not read yet.
 *
 * @param common by key, for all services
 * @param own by the name of the service, then by key
 * @param anySpelling by the folded name of the service: settings from an environment, whose variables cannot contain
 *     most characters of a name
 */
record Text(
        EnumMap<Key, Setting> common,
        Map<String, EnumMap<Key, Setting>> own,
        Map<String, EnumMap<Key, Setting>> anySpelling) {

    private static final String SERVICE = "service.";
    private static final String DEFAULT = "default.";

    private static final String VARIABLE = "FORBEAR_";
    private static final String SERVICE_VARIABLE = "SERVICE_";
    private static final String DEFAULT_VARIABLE = "DEFAULT_";

    /** Names of keys in other libraries, folded, and the key that has the same meaning here. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("waitduration", "base-delay"),
            Map.entry("initialinterval", "base-delay"),
            Map.entry("initialdelay", "base-delay"),
            Map.entry("delay", "base-delay"),
            Map.entry("maxinterval", "max-delay"),
            Map.entry("exponentialmaxwaitduration", "max-delay"),
            Map.entry("exponentialbackoffmultiplier", "multiplier"),
            Map.entry("randomizedwaitfactor", "jitter-factor"),
            Map.entry("maxretries", "max-attempts, which counts the first attempt too"),
            Map.entry("maxretryattempts", "max-attempts, which counts the first attempt too"),
            Map.entry("timeout", "deadline"),
            Map.entry("maxduration", "deadline"),
            Map.entry("failureratethreshold", "circuit-breaker"),
            Map.entry("slidingwindowsize", "circuit-breaker-window"),
            Map.entry("minimumnumberofcalls", "circuit-breaker-minimum-calls"),
            Map.entry("waitdurationinopenstate", "circuit-breaker-open-for"));

    Text() {
        this(new EnumMap<>(Key.class), new TreeMap<>(), new TreeMap<>());
    }

    /** Sorts settings. Errors are collected in the values. */
    static Text of(Map<?, ?> settings, Values values) {
        Text text = new Text();
        Map<String, String> sorted = new TreeMap<>();
        settings.forEach((key, value) -> {
            if (key instanceof String label && value instanceof String written) {
                sorted.put(label, written);
            } else {
                values.wrong(String.valueOf(key), String.valueOf(value), "text for key and value");
            }
        });
        sorted.forEach((label, value) -> text.take(label, value, values));
        return text;
    }

    private void take(String label, String value, Values values) {
        if (!label.startsWith(SERVICE)) {
            String name = label.startsWith(DEFAULT) ? label.substring(DEFAULT.length()) : label;
            Key key = Key.of(name);
            if (key == null) {
                values.wrong(label, value, expected(name));
            } else {
                put(common, key, Setting.written(label, value, false), values);
            }
            return;
        }
        // the key is the last word, or the last words if its hyphens were written as dots
        for (int dot = label.lastIndexOf('.'); dot > SERVICE.length(); dot = label.lastIndexOf('.', dot - 1)) {
            Key key = Key.of(label.substring(dot + 1));
            if (key != null) {
                putOwn(own, label.substring(SERVICE.length(), dot), key, label, value, values);
                return;
            }
        }
        values.wrong(label, value, expected(label.substring(label.lastIndexOf('.') + 1)));
    }

    /** Returns the rule for an error message: all keys, or the key that was probably meant. */
    private static String expected(String name) {
        String elsewhere = ELSEWHERE.get(Key.folded(name));
        if (elsewhere != null) {
            return "a known key; that is " + elsewhere;
        }
        List<String> near = Nearest.to(hyphened(name), Key.texts());
        return near.isEmpty() || Key.of(name) != null
                ? Key.all() + ", after default. or service.<name>. or nothing"
                : "a known key; did you mean " + String.join(" or ", near) + "?";
    }

    /** Returns {@code maxAtempts} and {@code MAX_ATEMPTS} in the form of a key: {@code max-atempts}. */
    private static String hyphened(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    /**
     * Sorts the variables of an environment. Only names that end with a key count. Others may belong to another
     * program, such as {@code FORBEAR_SERVICE_HOST}, which Kubernetes sets if it has a service named {@code forbear}.
     */
    static Text ofEnvironment(Map<String, String> environment, Values values) {
        Text text = new Text();
        boolean kubernetes = environment.containsKey("FORBEAR_SERVICE_HOST");
        new TreeMap<>(environment).forEach((label, value) -> {
            String ours = label.startsWith(VARIABLE) ? label.substring(VARIABLE.length()) : "";
            if (ours.startsWith(SERVICE_VARIABLE)) {
                String rest = ours.substring(SERVICE_VARIABLE.length());
                if (!(kubernetes && rest.startsWith("PORT_"))) {
                    text.takeOwn(rest, label, value, values);
                }
                return;
            }
            String name = ours.startsWith(DEFAULT_VARIABLE) ? ours.substring(DEFAULT_VARIABLE.length()) : ours;
            Key key = Key.of(name);
            if (key != null) {
                put(text.common, key, Setting.written(label, value, false), values);
            }
        });
        return text;
    }

    /** The longest end that is a key is the key; the part before it is the name of the service. */
    private void takeOwn(String nameAndKey, String label, String value, Values values) {
        for (int end = nameAndKey.indexOf('_', 1); end > 0; end = nameAndKey.indexOf('_', end + 1)) {
            Key key = Key.of(nameAndKey.substring(end + 1));
            if (key != null) {
                putOwn(anySpelling, Key.folded(nameAndKey.substring(0, end)), key, label, value, values);
                return;
            }
        }
    }

    private static void putOwn(
            Map<String, EnumMap<Key, Setting>> into,
            String service,
            Key key,
            String label,
            String value,
            Values values) {
        if (key.common) {
            values.wrong(label, value, "not for one service: write " + key.text() + " for all");
        } else {
            put(
                    into.computeIfAbsent(service, name -> new EnumMap<>(Key.class)),
                    key,
                    Setting.written(label, value, true),
                    values);
        }
    }

    private static void put(EnumMap<Key, Setting> into, Key key, Setting setting, Values values) {
        Setting other = into.put(key, setting);
        if (other != null) {
            values.wrong(
                    setting.label(),
                    setting.value(),
                    "once; it is also written as " + other.label() + ": " + other.value());
        }
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

    private EnumMap<Key, Setting> ofOwn(String name) {
        return own.computeIfAbsent(name, unknown -> new EnumMap<>(Key.class));
    }

    private EnumMap<Key, Setting> ofAnySpelling(String name) {
        return anySpelling.computeIfAbsent(name, unknown -> new EnumMap<>(Key.class));
    }

    private static void lay(EnumMap<Key, Setting> upper, int layers, EnumMap<Key, Setting> onto) {
        upper.forEach((key, setting) -> onto.put(key, setting.raised(layers)));
    }

    private int layers() {
        int most = layers(common);
        for (EnumMap<Key, Setting> settings : own.values()) {
            most = Math.max(most, layers(settings));
        }
        for (EnumMap<Key, Setting> settings : anySpelling.values()) {
            most = Math.max(most, layers(settings));
        }
        return most;
    }

    private static int layers(EnumMap<Key, Setting> settings) {
        return settings.values().stream().mapToInt(Setting::layer).max().orElse(0);
    }

    /** Returns the own settings of a service: of two for one key, that of the upper layer. */
    EnumMap<Key, Setting> of(String service) {
        EnumMap<Key, Setting> settings = new EnumMap<>(Key.class);
        lay(own.getOrDefault(service, new EnumMap<>(Key.class)), 0, settings);
        anySpelling
                .getOrDefault(Key.folded(service), new EnumMap<>(Key.class))
                .forEach((key, setting) -> settings.merge(key, setting, Text::stronger));
        return settings;
    }

    private static Setting stronger(Setting exact, Setting other) {
        return other.rank() >= exact.rank() ? other : exact;
    }

    boolean names(String service) {
        return own.containsKey(service) || anySpelling.containsKey(Key.folded(service));
    }

    Setting common(Key key) {
        Setting written = common.get(key);
        return written == null ? Setting.nothing(key) : written;
    }
}
