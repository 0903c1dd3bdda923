package io.forbear.retry.it.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/**
 * A jar of declarations alone, with which japicmp compares. It has no code, so that it is small and a change inside of
 * a method does not change it.
 */
final class BaselineJar {

    private static final long FIXED_TIME = 1_735_689_600_000L;

    private BaselineJar() {}

    static void write(Path file, SortedMap<String, byte[]> classes) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream jar = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> type : classes.entrySet()) {
                ZipEntry entry = new ZipEntry(type.getKey());
                entry.setTime(FIXED_TIME);
                jar.putNextEntry(entry);
                jar.write(declarations(type.getValue()));
                jar.closeEntry();
            }
        }
    }

    private static byte[] declarations(byte[] type) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(type).accept(writer, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }
}
