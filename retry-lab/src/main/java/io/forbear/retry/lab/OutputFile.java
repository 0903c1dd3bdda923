package io.forbear.retry.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that a run will write. */
final class OutputFile {

    private OutputFile() {}

    /**
     * Fails before the run rather than after it: makes the directory and opens the file, for a folder may say that it
     * can be written.
     *
     * @throws IllegalArgumentException if the file could not be written
     */
    static Path writable(String option, Path file) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    option + ": " + directory + " (expected: a directory that can be made)", e);
        }
        boolean there = Files.exists(file);
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            if (!there) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(option + ": " + file + " (expected: a file that can be written)", e);
        }
        return file;
    }
}
