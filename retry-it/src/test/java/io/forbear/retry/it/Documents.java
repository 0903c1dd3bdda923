package io.forbear.retry.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The documents of the project, and the examples of these tests that stand in them. */
public final class Documents {

    private Documents() {}

    public static String read(String document) throws IOException {
        return Files.readString(root(Path.of("").toAbsolutePath()).resolve(document));
    }

    /** Returns the lines between {@code // NAME begins} and {@code // NAME ends} as a block of code of a document. */
    public static String example(Class<?> test, String name) throws IOException {
        String source = read("retry-it/src/test/java/" + test.getName().replace('.', '/') + ".java");
        String begin = "// " + name + " begins\n";
        String example = source.substring(
                source.indexOf(begin) + begin.length(), source.indexOf("        // " + name + " ends"));
        return "```java\n" + example.replaceAll("(?m)^ {8}", "") + "```";
    }

    public static Path root(Path folder) {
        return Files.exists(folder.resolve("README.md")) ? folder : root(folder.getParent());
    }
}
