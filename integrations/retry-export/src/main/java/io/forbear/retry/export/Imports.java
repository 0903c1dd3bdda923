package io.forbear.retry.export;

import java.util.Locale;

/**
 * Reads the settings of Resilience4j, Spring Retry, Spring Framework 7 and Spring Boot as settings of ours.
 *
 * <pre>{@code
 * ImportResult result = Imports.read("application.yml", Files.readString(Path.of("application.yml")));
 * Files.writeString(Path.of("retries.properties"), result.properties());
 * System.err.println(result.report());
 * }</pre>
 *
 * <p>The settings do what they did: their services have {@code preset=resilience4j}, so that nothing limits the retries
 * of many calls and every failure is retried. To become safe, take {@code preset} away and look at the rest.
 *
 * @since 0.1
 */
public final class Imports {

    private Imports() {}

    /**
     * Reads a file of any of these libraries.
     *
     * @param name the name of the file, which says how it is read: {@code .properties}; {@code .java}, of which the
     *     annotations {@code @Retryable} are read; any other as YAML
     * @param text its content
     * @return the settings, and what became of each
     * @throws IllegalArgumentException if it cannot be read, has no setting of these libraries, or has a wrong value;
     *     the message names all of them
     */
    public static ImportResult read(String name, String text) {
        ImportBook book = new ImportBook(name);
        if (name.toLowerCase(Locale.ROOT).endsWith(".java")) {
            new AnnotationImport(book).read(text);
        } else {
            FlatSettings settings = FlatSettings.read(name, text, book);
            new Resilience4jImport(settings, book).read();
            new BootImport(settings, book).read();
        }
        return book.result();
    }
}
