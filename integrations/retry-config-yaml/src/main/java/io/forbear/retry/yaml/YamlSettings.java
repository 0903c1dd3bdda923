package io.forbear.retry.yaml;

import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Settings in files of YAML, for {@code ConfigSources.entries}:
 *
 * <pre>{@code
 * ConfigSources sources = ConfigSources.none()
 *         .entries(YamlSettings.of(Path.of("retry.yml")))
 *         .environment(System.getenv());
 * RetryRegistry registry = RetryRegistry.builder().build(sources.read());
 * registry.watch(sources);
 * }</pre>
 *
 * <pre>
 * max-attempts: 4                  # or below forbear:, or below default:
 * retry-on: [java.io.IOException, com.example.Busy]
 * services:
 *   orders:
 *     max-attempts: 2
 * </pre>
 *
 * <p>Keys, values and rules are those of files of properties; an error names the line, such as {@code retry.yml:5}. A
 * list is what its elements are with commas between them. The schema is that of YAML 1.2, in which {@code on} and
 * {@code off} are words. A key that stands twice, a second document, an alias that multiplies its content and more than
 * a mebibyte are refused. Each file is read anew at each look of a watch, through whatever links there are; one that
 * cannot be read is an error, and the settings before stay. Immutable, thread-safe.
 *
 * @since 0.1
 */
public final class YamlSettings implements Supplier<List<List<ConfigEntry>>> {

    private static final int LARGEST = 1 << 20;
    private static final int MOST_ALIASES = 20;

    /** What the keys of a file may stand below. */
    private static final String ROOT = "forbear.";

    private final List<Path> files;

    private YamlSettings(List<Path> files) {
        this.files = files;
    }

    /**
     * Names files.
     *
     * @param files of YAML; a later one is stronger than those before it
     * @return what reads them
     */
    public static YamlSettings of(Path... files) {
        return new YamlSettings(List.of(files));
    }

    /**
     * Reads the files.
     *
     * @return the settings of each file, the strongest first
     * @throws IllegalArgumentException if a file cannot be read or is no YAML; the message names file, line and reason
     */
    @Override
    public List<List<ConfigEntry>> get() {
        List<List<ConfigEntry>> layers = new ArrayList<>();
        for (Path file : files) {
            layers.add(0, read(file));
        }
        return layers;
    }

    private static List<ConfigEntry> read(Path file) {
        String name = String.valueOf(file.getFileName());
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setCodePointLimit(LARGEST)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .build();
        try {
            StreamReader text = new StreamReader(settings, Files.readString(file));
            Optional<Node> root = new Composer(settings, new ParserImpl(settings, text)).getSingleNode();
            List<ConfigEntry> entries = new ArrayList<>();
            if (root.isPresent() && !isNothing(root.get())) {
                new Reader(name, entries).map("", root.get(), 0);
            }
            return entries;
        } catch (MarkedYamlEngineException wrong) {
            String line = wrong.getProblemMark().map(mark -> ":" + line(mark)).orElse("");
            throw refused(name + line, wrong.getProblem(), wrong);
        } catch (YamlEngineException | IOException unreadable) {
            throw refused(name, unreadable.toString(), unreadable);
        }
    }

    private static boolean isNothing(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static int line(Mark mark) {
        return mark.getLine() + 1;
    }

    private static IllegalArgumentException refused(String place, String why, Throwable cause) {
        return new IllegalArgumentException(place + ": " + why, cause);
    }

    /** Turns nodes into settings, depth first and in the order of the file. */
    private record Reader(String file, List<ConfigEntry> entries) {

        /** Deeper maps are no settings: a document that bites its own tail ends here. */
        private static final int DEEPEST = 32;

        void map(String prefix, Node node, int depth) {
            if (depth > DEEPEST || !(node instanceof MappingNode map)) {
                throw refused(place(node), "no map (expected: keys and values)", new IllegalStateException(file));
            }
            List<String> seen = new ArrayList<>();
            for (NodeTuple tuple : map.getValue()) {
                String key = key(tuple.getKeyNode());
                if (seen.contains(key)) {
                    throw refused(
                            place(tuple.getKeyNode()),
                            key + ": twice (expected: once in a map)",
                            new IllegalStateException(file));
                }
                seen.add(key);
                Node value = tuple.getValueNode();
                if (value instanceof MappingNode) {
                    map(prefix + key + ".", value, depth + 1);
                } else {
                    add(prefix + key, text(value), tuple.getKeyNode());
                }
            }
        }

        private void add(String label, String value, Node at) {
            String key = label.startsWith(ROOT) ? label.substring(ROOT.length()) : label;
            entries.add(new ConfigEntry(key, value, label, Source.FILE, place(at)));
        }

        private String key(Node node) {
            if (node instanceof ScalarNode scalar) {
                return scalar.getValue();
            }
            throw refused(place(node), "no word (expected: a key)", new IllegalStateException(file));
        }

        private String text(Node node) {
            if (node instanceof ScalarNode scalar) {
                return isNothing(scalar) ? "" : scalar.getValue();
            }
            List<String> words = new ArrayList<>();
            for (Node each : ((SequenceNode) node).getValue()) {
                if (!(each instanceof ScalarNode word)) {
                    throw refused(place(each), "no word (expected: a list of words)", new IllegalStateException(file));
                }
                words.add(word.getValue());
            }
            return String.join(", ", words);
        }

        private String place(Node node) {
            return file + node.getStartMark().map(mark -> ":" + line(mark)).orElse("");
        }
    }

    @Override
    public String toString() {
        return "YamlSettings" + Objects.requireNonNull(files);
    }
}
