package io.forbear.retry.lab.simulate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping of a YAML file, read key by key. What is wrong goes to the problems of the file, and the reading goes on:
 * one message tells all of it. Each value is asked for once; {@link #end()} tells of keys that nobody asked for.
 */
final class YamlMap {

    private static final Pattern COUNT = Pattern.compile("\\d{1,9}");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(ms|s|m)");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(%?)");
    private static final Pattern AMOUNT = Pattern.compile("(\\d.*?)(?: of (load|capacity))?");
    private static final Map<String, Long> UNITS = Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L);

    /**
     * How a value is written.
     *
     * @param <T> the value
     */
    @FunctionalInterface
    interface Form<T> {

        /** Returns the value of a text, or {@code null} if the text is wrong. */
        @Nullable
        T read(String text);
    }

    private final FileProblems problems;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final List<String> known = new ArrayList<>();

    private YamlMap(FileProblems problems, String path, int line) {
        this.problems = problems;
        this.path = path;
        this.line = line;
    }

    static YamlMap of(Node node, String path, FileProblems problems) {
        YamlMap map = new YamlMap(problems, path, problems.line(node));
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                map.put(entry);
            }
        } else {
            problems.add(
                    map.line,
                    path.isEmpty() ? "file" : path.substring(0, path.length() - 1),
                    "not keys and values",
                    "key: value, in lines");
        }
        return map;
    }

    private void put(NodeTuple entry) {
        Node label = entry.getKeyNode();
        String key = label instanceof ScalarNode scalar ? scalar.getValue() : "?";
        if (values.putIfAbsent(key, entry.getValueNode()) == null) {
            lines.put(key, problems.line(label));
        } else {
            problems.add(problems.line(label), path + key, "again", "each key once");
        }
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Notes that the key is right here though nobody reads it. */
    void skip(String key) {
        known.add(key);
    }

    /** Tells of a value that is wrong together with others. */
    void wrong(String key, String rule) {
        Node node = values.get(key);
        int at = lines.getOrDefault(key, line);
        problems.add(at, path + key, node == null ? "not there" : shown(node), rule);
    }

    void required(String key, String rule) {
        if (!has(key)) {
            problems.add(line, path + key, "not there", rule);
        }
    }

    <T> T read(String key, T otherwise, String rule, Form<T> form) {
        known.add(key);
        Node node = values.get(key);
        if (node == null) {
            return otherwise;
        }
        T found = node instanceof ScalarNode scalar ? form.read(scalar.getValue()) : null;
        if (found == null) {
            wrong(key, rule);
            return otherwise;
        }
        return found;
    }

    long time(String key, long otherwise, long least, long most) {
        String rule = "a time such as 200ms, 2s or 1m, from " + said(least) + " to " + said(most);
        return read(key, otherwise, rule, text -> {
            Matcher matcher = TIME.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            BigDecimal unit = BigDecimal.valueOf(UNITS.getOrDefault(matcher.group(2), 1L));
            long nanos = new BigDecimal(matcher.group(1)).multiply(unit).longValue();
            return nanos >= least && nanos <= most ? nanos : null;
        });
    }

    /** A part of a whole, {@code 2%} or {@code 0.02}. */
    double share(String key, double otherwise, double most) {
        String rule = most < 1 ? "a share below 1, such as 40% or 0.4" : "a share, such as 2% or 0.02, at most 1";
        return read(key, otherwise, rule, text -> {
            Double found = factor(text);
            return found != null && found <= most ? found : null;
        });
    }

    double number(String key, double otherwise, double least, double most, String rule) {
        return read(key, otherwise, rule, text -> {
            Double found = text.endsWith("%") ? null : factor(text);
            return found != null && found >= least && found <= most ? found : null;
        });
    }

    int count(String key, int otherwise, int least, int most) {
        return read(key, otherwise, "a whole number, " + least + " to " + most, text -> {
            if (!COUNT.matcher(text).matches()) {
                return null;
            }
            int found = Integer.parseInt(text);
            return found >= least && found <= most ? found : null;
        });
    }

    /** A number, or a part or multiple of what the fleet calls or the service can do. */
    Amount amount(String key, double least, double most, String rule) {
        return read(key, Amount.NONE, rule, text -> {
            Matcher matcher = AMOUNT.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            String of = matcher.group(2);
            Double found = factor(matcher.group(1));
            boolean bare = of == null;
            if (found == null || found < least || bare && text.endsWith("%") || found > (bare ? most : Amount.MOST)) {
                return null;
            }
            return new Amount(found, bare ? Amount.Of.NOTHING : Amount.Of.valueOf(of.toUpperCase(Locale.ROOT)));
        });
    }

    private static @Nullable Double factor(String text) {
        Matcher matcher = SHARE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        return new BigDecimal(matcher.group(1))
                .movePointLeft(matcher.group(2).isEmpty() ? 0 : 2)
                .doubleValue();
    }

    /** One of the constants, in small letters with hyphens. */
    <E extends Enum<E>> E word(String key, E otherwise, Class<E> type) {
        Map<String, E> byText = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            byText.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        return read(key, otherwise, "one of " + String.join(", ", byText.keySet()), byText::get);
    }

    /** {@code true} or {@code false}, which is what holds where nothing is said. */
    boolean flag(String key) {
        return read(key, false, "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    boolean isMap(String key) {
        return values.get(key) instanceof MappingNode;
    }

    Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** All keys and values as texts: what they mean is checked where they are used. */
    Properties texts() {
        Properties texts = new Properties();
        for (String key : values.keySet()) {
            texts.setProperty(key, read(key, "", "a text", text -> text));
        }
        return texts;
    }

    /** Returns the mapping below a key, or {@code null} if there is none. */
    @Nullable
    YamlMap map(String key) {
        known.add(key);
        Node node = values.get(key);
        return node == null ? null : of(node, path + key + ".", problems);
    }

    List<YamlMap> list(String key) {
        known.add(key);
        Node node = values.get(key);
        if (node instanceof SequenceNode sequence) {
            List<YamlMap> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(of(item, path + key + "[" + (items.size() + 1) + "].", problems));
            }
            return items;
        }
        if (node != null) {
            wrong(key, "a list, each item after a hyphen");
        }
        return List.of();
    }

    /** Tells of the keys that are not known here. */
    void end() {
        values.forEach((key, node) -> {
            if (!known.contains(key)) {
                problems.add(
                        lines.getOrDefault(key, line), path + key, "unknown key", "one of " + String.join(", ", known));
            }
        });
    }

    private static String shown(Node node) {
        return node instanceof ScalarNode scalar
                ? scalar.getValue().isEmpty() ? "no value" : scalar.getValue()
                : node instanceof MappingNode ? "keys and values" : "a list";
    }

    private static String said(long nanos) {
        return nanos % UNITS.getOrDefault("m", 1L) == 0 && nanos > 0
                ? nanos / UNITS.getOrDefault("m", 1L) + "m"
                : nanos % 1_000_000_000L == 0 ? nanos / 1_000_000_000L + "s" : nanos / 1_000_000 + "ms";
    }
}
