package io.forbear.retry.core.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A file of settings, or a directory of them. In a directory, a file whose name ends with {@code .properties} is one of
 * settings; any other is one setting, whose key is the name of the file, as a ConfigMap of Kubernetes has them. Names
 * that begin with a dot are left out: there Kubernetes keeps the versions that its links lead to.
 *
 * <p>The content is read each time, through whatever links there are. Times and inodes are not looked at: a ConfigMap
 * is changed by another link to a directory, and no file of it is ever written.
 */
final class ConfigFile {

    /** A larger file is no configuration. */
    static final long LARGEST = 1 << 20;

    private static final String PROPERTIES = ".properties";

    /** What a content begins with that could not be read; no text of settings does. */
    private static final char UNREADABLE = '\0';

    private final Path path;

    ConfigFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Returns the contents by file; why, where one cannot be read. */
    Map<String, String> load() {
        Map<String, String> contents = new TreeMap<>();
        if (!Files.isDirectory(path)) {
            contents.put(path.toString(), content(path));
            return contents;
        }
        try (Stream<Path> found = Files.list(path)) {
            List<Path> files = found.filter(
                            file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .filter(file -> !Files.isDirectory(file))
                    .toList();
            files.forEach(file -> contents.put(file.toString(), content(file)));
        } catch (IOException | RuntimeException unreadable) {
            contents.put(path.toString(), UNREADABLE + unreadable.toString());
        }
        return contents;
    }

    private static String content(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                return UNREADABLE + "it has more than " + LARGEST + " bytes";
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException | RuntimeException unreadable) {
            return UNREADABLE + unreadable.toString();
        }
    }

    /** Takes the settings of contents that {@link #load} returned. */
    void read(Map<String, String> contents, TextReader into, Values values) {
        contents.forEach((file, content) -> {
            String name = String.valueOf(Path.of(file).getFileName());
            if (!content.isEmpty() && content.charAt(0) == UNREADABLE) {
                values.wrong(file, null, "a file that can be read: " + content.substring(1));
            } else if (file.equals(path.toString()) || name.endsWith(PROPERTIES)) {
                PropertiesText.read(name, content, into::take, values);
            } else {
                into.takeFile(name, content.strip(), Place.file(name));
            }
        });
    }
}
