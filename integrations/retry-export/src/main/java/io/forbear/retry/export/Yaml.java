package io.forbear.retry.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads and writes YAML; JSON is YAML too. */
final class Yaml {

    private static final DumpSettings BLOCKS =
            DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    private static final LoadSettings ONCE =
            LoadSettings.builder().setAllowDuplicateKeys(false).build();

    private Yaml() {}

    /** Writes a value; a list of maps at the top is one document each. */
    static String write(Object value) {
        Dump dump = new Dump(BLOCKS);
        if (value instanceof List<?> documents) {
            List<String> texts = new ArrayList<>();
            documents.forEach(each -> texts.add(dump.dumpToString(plain(each))));
            return String.join("---\n", texts);
        }
        return dump.dumpToString(plain(value));
    }

    /** A copy without shared parts, which would be written as anchors, and without a fraction that says nothing. */
    private static Object plain(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(key, plain(each)));
            return copy;
        }
        if (value instanceof List<?> list) {
            return new ArrayList<>(list.stream().map(Yaml::plain).toList());
        }
        return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
                ? (Object) number.longValue()
                : value;
    }

    /**
     * Reads all documents.
     *
     * @throws IllegalArgumentException if it is no YAML; the message has the line
     */
    static List<@Nullable Object> readAll(String name, String text) {
        List<@Nullable Object> documents = new ArrayList<>();
        try {
            for (Object document : new Load(ONCE).loadAllFromString(text)) {
                documents.add(document);
            }
        } catch (YamlEngineException wrong) {
            throw refused(name, wrong);
        }
        return documents;
    }

    /**
     * Reads one document.
     *
     * @return maps, lists and scalars; {@code null} for an empty one
     * @throws IllegalArgumentException if it is no YAML; the message has the line
     */
    static @Nullable Object read(String name, String text) {
        try {
            return new Load(ONCE).loadFromString(text);
        } catch (YamlEngineException wrong) {
            throw refused(name, wrong);
        }
    }

    private static IllegalArgumentException refused(String name, YamlEngineException wrong) {
        if (wrong instanceof MarkedYamlEngineException marked) {
            int line = marked.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            return new IllegalArgumentException(
                    name + ":" + line + ": " + marked.getProblem() + " (expected: YAML or JSON)", wrong);
        }
        return new IllegalArgumentException(name + ": " + wrong.getMessage() + " (expected: YAML or JSON)", wrong);
    }
}
