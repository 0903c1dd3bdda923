package io.forbear.retry.spring.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.forbear.retry.core.config.ConfigKey;
import io.forbear.retry.core.config.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The metadata from which editors complete properties, made from the table of keys of the engine. */
final class Metadata {

    private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\([^)]+\\)");
    private static final Pattern WORDS = Pattern.compile("[a-z0-9-]+( \\| [a-z0-9-]+)+");

    private final List<Map<String, Object>> properties = new ArrayList<>();
    private final List<Map<String, Object>> hints = new ArrayList<>();

    private Metadata() {
        OwnProperties.ALL.forEach(
                own -> property("forbear." + own.name(), own.type().getName(), own.description(), own.defaultValue()));
        RetryConfig.keys().forEach(this::key);
        property(
                "forbear.services",
                "java.util.Map<java.lang.String,java.util.Map<java.lang.String,java.lang.String>>",
                "Settings of one service by its name: the keys of forbear.default, but for those that are for all"
                        + " services together.",
                "");
        hint("forbear.services.keys", List.of(), "any");
        property(
                "management.endpoint.forbear.access",
                "org.springframework.boot.actuate.endpoint.Access",
                "Permitted level of access for the forbear endpoint.",
                "unrestricted");
        property(
                "management.endpoint.forbear.cache.time-to-live",
                Duration.class.getName(),
                "Maximum time that a response can be cached.",
                "0ms");
        property(
                "management.health.forbear.enabled",
                Boolean.class.getName(),
                "Whether health shows the circuit breakers. They never change its status.",
                "false");
    }

    static String json() throws JsonProcessingException {
        Metadata metadata = new Metadata();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(
                "groups",
                List.of(
                        group("forbear"),
                        group("forbear.default"),
                        group("forbear.retryable-bridge"),
                        group("forbear.metrics"),
                        group("forbear.tracing"),
                        group("forbear.reload")));
        all.put("properties", metadata.properties);
        all.put("hints", metadata.hints);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(new DefaultIndenter("  ", "\n"));
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return new JsonMapper().writer(printer).writeValueAsString(all) + "\n";
    }

    private static Map<String, Object> group(String name) {
        return Map.of("name", name);
    }

    private void key(ConfigKey key) {
        String name = "forbear.default." + key.name();
        property(name, type(key), sentence(key.description()), key.defaultValue());
        if (WORDS.matcher(key.rule()).matches()) {
            hint(name, Arrays.asList(key.rule().split(" \\| ")), "");
        }
        if (key.type().equals("names of classes")) {
            hint(name, List.of(), "class-reference");
        }
    }

    private static String type(ConfigKey key) {
        Class<?> type =
                switch (key.type()) {
                    case "duration" -> Duration.class;
                    case "true or false" -> Boolean.class;
                    case "number" -> key.rule().startsWith("a whole") ? Integer.class : Double.class;
                    default -> String.class;
                };
        return key.type().equals("names of classes") ? "java.util.List<java.lang.String>" : type.getName();
    }

    /** A description as Boot has them: a sentence without links. */
    private static String sentence(String about) {
        String text = LINK.matcher(about).replaceAll("$1").replace("`", "");
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private void property(String name, String type, String description, String defaultValue) {
        Map<String, Object> property = new LinkedHashMap<>();
        property.put("name", name);
        property.put("type", type);
        property.put("description", description);
        if (!defaultValue.isEmpty()) {
            property.put("defaultValue", value(type, defaultValue));
        }
        properties.add(property);
    }

    private static Object value(String type, String text) {
        return switch (type) {
            case "java.lang.Boolean" -> Boolean.valueOf(text);
            case "java.lang.Integer" -> Integer.valueOf(text);
            case "java.lang.Double" -> Double.valueOf(text);
            default -> text;
        };
    }

    private void hint(String name, List<String> words, String provider) {
        Map<String, Object> hint = new LinkedHashMap<>();
        hint.put("name", name);
        if (!words.isEmpty()) {
            hint.put("values", words.stream().map(word -> Map.of("value", word)).toList());
        }
        if (!provider.isEmpty()) {
            hint.put("providers", List.of(Map.of("name", provider)));
        }
        hints.add(hint);
    }
}
