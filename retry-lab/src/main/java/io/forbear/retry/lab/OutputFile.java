package io.forbear.retry.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a run will write. */
final class OutputFile {

    private OutputFile() {}

    /**
     * Makes the directory of a file, so that a wrong name fails before the run rather than after it.
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
        boolean exists = Files.exists(file);
        boolean good = exists ? Files.isWritable(file) : directory == null || Files.isWritable(directory);
        if (!good || Files.isDirectory(file)) {
            throw new IllegalArgumentException(option + ": " + file + " (expected: a file that can be written)");
        }
        return file;
    }
}
