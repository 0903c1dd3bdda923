package io.forbear.retry.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualClock;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The same tests on JUnit 6, whose jars the build has copied, in a class loader that does not see JUnit 5. */
class JUnit6Test {

    private static final Path JARS = Path.of("target", "junit6");

    private static URL place(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static URL[] classPath() throws IOException {
        List<URL> places = new ArrayList<>();
        for (Class<?> type : List.of(
                JUnit6Test.class,
                ForbearExtension.class,
                Retry.class,
                Retries.class,
                ManualClock.class,
                Assertions.class,
                net.bytebuddy.ByteBuddy.class)) {
            places.add(place(type));
        }
        try (Stream<Path> jars = Files.list(JARS)) {
            for (Path jar : jars.toList()) {
                places.add(jar.toUri().toURL());
            }
        }
        return places.toArray(new URL[0]);
    }

    @Test
    void theExtensionRunsOnJUnit6() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader six = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(six);
            Class<?> run = six.loadClass(RunOfSamples.class.getName());

            Object outcome = run.getDeclaredMethod("run").invoke(null);

            assertThat(outcome).isEqualTo("JUnit 6: Passing 3 of 3, Failing 0 of 3, LeavingCallsOpen 1 of 3");
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
