package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every field that threads share stands in the tables of {@code docs/internals/concurrency.md}. */
class SharedFieldsTest {

    private static final Path TABLES = Path.of("..", "docs", "internals", "concurrency.md");

    @Test
    void everySharedFieldIsInTheTables() throws Exception {
        String tables = Files.readString(TABLES);

        assertThat(sharedFields()).allSatisfy(field -> assertThat(tables).contains("`" + field + "`"));
    }

    @Test
    void tellsSharedFieldsFromOthers() throws Exception {
        assertThat(sharedFields())
                .contains("Breaker.state", "Counters.transitions", "Client.fullLevel", "Alarm.state")
                .doesNotContain("Breaker.clock", "Client.id", "CallState.attempt");
    }

    private static TreeSet<String> sharedFields() throws Exception {
        Path root = Path.of(Retries.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        TreeSet<String> names = new TreeSet<>();
        for (String type : typesIn(root)) {
            Class<?> owner = Class.forName(type, false, SharedFieldsTest.class.getClassLoader());
            for (Field field : owner.getDeclaredFields()) {
                if (isShared(field)) {
                    names.add(owner.getSimpleName() + "." + field.getName());
                }
            }
        }
        return names;
    }

    private static List<String> typesIn(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.startsWith("io/forbear/") && name.endsWith(".class"))
                    .filter(name -> !name.endsWith("-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    /**
     * A field that is not read and written the plain way. Elements of arrays behind a handle cannot be told from others
     * here.
     */
    private static boolean isShared(Field field) {
        Class<?> type = field.getType();
        while (type.isArray()) {
            type = type.getComponentType();
        }
        return Modifier.isVolatile(field.getModifiers()) || type.getName().startsWith("java.util.concurrent.atomic.");
    }
}
