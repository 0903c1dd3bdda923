package io.forbear.retry.testsupport;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
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

/** The published cases that the tests of a module run: what their factories make, by the names of the tests. */
public final class RunCases {

    private RunCases() {}

    /**
     * Returns the ids, one of each.
     *
     * @param anyTest a test of the module
     */
    public static Set<String> ids(Class<?> anyTest) throws ReflectiveOperationException, IOException {
        Set<String> ids = new TreeSet<>();
        for (String type : types(folder(anyTest))) {
            Class<?> test = Class.forName(type);
            for (Method method : test.getDeclaredMethods()) {
                add(ids, test, method);
            }
        }
        return ids;
    }

    private static Path folder(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(type.getName(), e);
        }
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

    private static void add(Set<String> ids, Class<?> test, Method method) throws ReflectiveOperationException {
        if (method.isAnnotationPresent(TestFactory.class)) {
            Constructor<?> make = test.getDeclaredConstructor();
            make.setAccessible(true);
            add(ids, made(method, make.newInstance()));
        }
        for (MethodSource source : sources(method)) {
            add(ids, made(test.getDeclaredMethod(source.value()[0]), test));
        }
    }

    private static MethodSource[] sources(AnnotatedElement method) {
        return method.getAnnotationsByType(MethodSource.class);
    }

    private static Stream<?> made(Method maker, Object on) throws ReflectiveOperationException {
        maker.setAccessible(true);
        return (Stream<?>) maker.invoke(on);
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
