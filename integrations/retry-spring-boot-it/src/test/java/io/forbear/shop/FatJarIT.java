package io.forbear.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shop as it is shipped: one jar, started by {@code java -jar}. */
class FatJarIT extends ShopContract {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+) ");

    @TempDir
    static Path folder;

    private Process shop;
    private int port;

    private static Path jar() {
        return Path.of(System.getProperty("it.jar", "it.jar (expected: set by the pom)"));
    }

    /** Returns what the JVM of the shop is told. */
    List<String> options() {
        return List.of();
    }

    private Process launch(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    @Override
    void start(String... arguments) throws Exception {
        Path log = folder.resolve("shop.log");
        shop = launch(log, arguments);
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2); port == 0; Thread.sleep(50)) {
            Matcher found = PORT.matcher(Files.readString(log));
            if (found.find()) {
                port = Integer.parseInt(found.group(1));
            } else if (!shop.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("the shop did not start:\n" + Files.readString(log));
            }
        }
    }

    @Override
    void stop() throws Exception {
        shop.destroy();
        if (!shop.waitFor(30, TimeUnit.SECONDS)) {
            shop.destroyForcibly();
        }
    }

    @Override
    int port() {
        return port;
    }

    @Test
    void theJarDoesNotStartOnAWrongSettingAndSaysWhichInWords() throws Exception {
        Path log = folder.resolve("wrong.log");
        Process wrong = launch(log, "--server.port=0", "--forbear.services.orders.max-atempts=4");
        try {
            assertThat(wrong.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(wrong.exitValue()).isEqualTo(1);
            assertThat(Files.readString(log))
                    .contains("APPLICATION FAILED TO START")
                    .contains("commandLineArgs: forbear.services.orders.max-atempts: 4"
                            + " (expected: a known key; did you mean max-attempts?)");
        } finally {
            wrong.destroyForcibly();
        }
    }
}
