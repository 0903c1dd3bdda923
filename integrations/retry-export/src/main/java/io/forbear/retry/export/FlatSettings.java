package io.forbear.retry.export;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings of Spring Boot by their names with dots, from properties or YAML. Lists are joined by commas. */
final class FlatSettings {

    private static final Pattern INDEX = Pattern.compile("(.*)\\[[0-9]+]");
    private static final String PROFILE = "spring.config.activate.on-profile";

    private final Map<String, String> values = new LinkedHashMap<>();

    private FlatSettings() {}

    static FlatSettings read(String name, String text, ImportBook book) {
        FlatSettings settings = new FlatSettings();
        if (name.toLowerCase(Locale.ROOT).endsWith(".properties")) {
            settings.properties(name, text);
            return settings;
        }
        for (Object document : Yaml.readAll(name, text)) {
            FlatSettings one = new FlatSettings();
            one.put("", document);
            String profile = one.values.get(PROFILE);
            if (profile == null) {
                settings.values.putAll(one.values);
            } else {
                book.ignored(PROFILE, profile, "a document of one profile; import it from a file of its own");
            }
        }
        return settings;
    }

    private void properties(String name, String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    name + ": " + wrong.getMessage() + " (expected: a file of properties)", wrong);
        }
        Map<String, String> sorted = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> sorted.put(key, properties.getProperty(key)));
        sorted.forEach(this::add);
    }

    private void put(String place, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> put(place.isEmpty() ? String.valueOf(key) : place + "." + key, each));
        } else if (value instanceof List<?> list) {
            List<String> words = new ArrayList<>();
            list.forEach(each -> words.add(String.valueOf(each)));
            add(place, String.join(",", words));
        } else if (value != null) {
            add(place, String.valueOf(value));
        }
    }

    /** An element of a list goes to what is there of it. */
    private void add(String key, String value) {
        Matcher index = INDEX.matcher(key);
        if (index.matches()) {
            values.merge(index.group(1), value, (before, next) -> before + "," + next);
        } else {
            values.put(key, value);
        }
    }

    /**
     * Returns what is below a prefix: names, then the last word of their keys, folded, and the values.
     *
     * @param prefix with dots and without the last one, in kebab case
     * @return for each name its settings by folded key; each knows how it was written
     */
    Map<String, Map<String, Written>> below(String prefix) {
        Map<String, Map<String, Written>> found = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            String rest = after(prefix, key);
            int dot = rest.lastIndexOf('.');
            if (dot > 0) {
                String name = rest.substring(0, dot).replaceAll("^\\[|]$", "");
                found.computeIfAbsent(name, any -> new LinkedHashMap<>())
                        .put(folded(rest.substring(dot + 1)), new Written(key, value));
            }
        });
        return found;
    }

    /** Returns the settings directly below a prefix, by folded key with dots. */
    Map<String, Written> directlyBelow(String prefix) {
        Map<String, Written> found = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            String rest = after(prefix, key);
            if (!rest.isEmpty()) {
                found.put(folded(rest), new Written(key, value));
            }
        });
        return found;
    }

    /** Returns the part of a key behind a prefix, empty if it has another; words are compared without hyphens. */
    private static String after(String prefix, String key) {
        int from = 0;
        for (String word : prefix.split("\\.")) {
            int dot = key.indexOf('.', from);
            if (dot < 0 || !folded(key.substring(from, dot)).equals(folded(word))) {
                return "";
            }
            from = dot + 1;
        }
        return key.substring(from);
    }

    /** {@code waitDuration}, {@code wait-duration} and {@code wait_duration} are one word. */
    static String folded(String word) {
        return word.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /**
     * A setting.
     *
     * @param key as it was written
     * @param value as it was written
     */
    record Written(String key, String value) {}
}
