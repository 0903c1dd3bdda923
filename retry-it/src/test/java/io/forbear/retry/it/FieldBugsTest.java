package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the tables that map bugs and published cases to tests, so that they cannot name what is not there. */
class FieldBugsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern CLASS = Pattern.compile("([A-Z]\\w*(?:Test|IT|Contract))(?:\\.(\\w+))?");
    private static final Pattern METHOD = Pattern.compile("\\.([a-z]\\w*)");

    /** The test classes of all modules, by name. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        for (Path module : modules()) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file : files.filter(path -> path.toString().matches(".*\\.(java|kt)"))
                        .toList()) {
                    String name = file.getFileName().toString();
                    sources.put(name.substring(0, name.lastIndexOf('.')), Files.readString(file));
                }
            }
        }
        return sources;
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> own = Files.list(ROOT);
                Stream<Path> adapters = Files.list(ROOT.resolve("integrations"))) {
            return Stream.concat(own, adapters)
                    .flatMap(folder ->
                            Stream.of("src/test/java", "src/test/kotlin").map(folder::resolve))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    /** Returns what a document names and nobody has; adds how many tests it names to the count. */
    private static List<String> missing(String document, int[] named) throws IOException {
        Map<String, String> sources = sources();
        List<String> missing = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve(document))) {
            String type = null;
            Matcher code = CODE.matcher(line);
            while (code.find()) {
                Matcher full = CLASS.matcher(code.group(1));
                Matcher method = METHOD.matcher(code.group(1));
                if (full.matches()) {
                    type = full.group(1);
                    named[0]++;
                    if (!has(sources, type, full.group(2))) {
                        missing.add(code.group(1));
                    }
                } else if (type != null && method.matches()) {
                    named[0]++;
                    if (!has(sources, type, method.group(1))) {
                        missing.add(type + code.group(1));
                    }
                }
            }
        }
        return missing;
    }

    private static boolean has(Map<String, String> sources, String type, String method) {
        String source = sources.get(type);
        return source != null
                && (method == null
                        || Pattern.compile("\\b(void|\\w*>|\\w+) " + method + "\\(")
                                .matcher(source)
                                .find());
    }

    @Test
    void everyTestOfABugExists() throws IOException {
        int[] named = {0};

        assertThat(missing("docs/internals/field-bugs.md", named)).isEmpty();
        assertThat(named[0]).isGreaterThan(120);
    }

    @Test
    void everyTestOfPublishedCasesExists() throws IOException {
        int[] named = {0};

        assertThat(missing("docs/internals/vectors.md", named)).isEmpty();
        assertThat(named[0]).isGreaterThan(8);
    }

    @Test
    void everyRowOfABugHasATestOrAReason() throws IOException {
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/internals/field-bugs.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| reference"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(80).allSatisfy(row -> {
            String[] cells = row.split("\\|");
            assertThat(cells).hasSize(4);
            assertThat(cells[3]).containsPattern("Test|IT|Contract|not apply|nothing is claimed");
        });
    }
}
