package io.forbear.retry.it.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * A jar of declarations alone, with which japicmp compares. It has no bodies and no private members, so that it is small and a change
 * inside of a method does not change it.
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
        new ClassReader(type)
                .accept(
                        new Declarations(writer),
                        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }

    private static final class Declarations extends ClassVisitor {

        private Declarations(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            return isHidden(access) ? null : super.visitField(access, name, descriptor, signature, value);
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access, String name, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            return isHidden(access) ? null : super.visitMethod(access, name, descriptor, signature, thrown);
        }

        private static boolean isHidden(int access) {
            boolean isBridge = (access & Opcodes.ACC_BRIDGE) != 0;
            return (access & Opcodes.ACC_PRIVATE) != 0 || (access & Opcodes.ACC_SYNTHETIC) != 0 && !isBridge;
        }
    }
}
