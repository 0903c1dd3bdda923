package io.forbear.retry.core;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published cases that the tests of this module run: what their factories make, by the names of the tests. */
final class RunCases {

    private RunCases() {}

    /** Returns the ids, one of each. */
    static Set<String> ids() throws Exception {
        Path classes = Path.of(RunCases.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<String> ids = new TreeSet<>();
        for (String type : types(classes)) {
            Class<?> test = Class.forName(type);
            for (Method method : test.getDeclaredMethods()) {
                method.setAccessible(true);
                if (method.isAnnotationPresent(TestFactory.class)) {
                    Constructor<?> make = test.getDeclaredConstructor();
                    make.setAccessible(true);
                    add(ids, (Stream<?>) method.invoke(make.newInstance()));
                } else if (method.isAnnotationPresent(MethodSource.class)) {
                    Method source = test.getDeclaredMethod(
                            method.getAnnotation(MethodSource.class).value()[0]);
                    source.setAccessible(true);
                    add(ids, (Stream<?>) source.invoke(null));
                }
            }
        }
        return ids;
    }

    private static Set<String> types(Path classes) throws IOException {
        Set<String> types = new TreeSet<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.map(file -> classes.relativize(file)
                            .toString()
                            .replace('/', '.')
                            .replace('\\', '.'))
                    .filter(name -> name.matches(".*(Vectors|Oracle|OracleValues)Test\\.class"))
                    .forEach(name -> types.add(name.substring(0, name.length() - ".class".length())));
        }
        return types;
    }

    private static void add(Set<String> ids, Stream<?> tests) {
        tests.forEach(test -> {
            if (test instanceof DynamicContainer container) {
                add(ids, container.getChildren());
            } else if (test instanceof DynamicNode node) {
                ids.add(node.getDisplayName().replaceAll(" \\[[A-Z]+]$", ""));
            } else if (test instanceof Arguments arguments) {
                ids.add(arguments.get()[0].toString());
            }
        });
    }
}
