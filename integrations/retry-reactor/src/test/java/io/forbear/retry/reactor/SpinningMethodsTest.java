package io.forbear.retry.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** BlockHound takes {@code Thread.onSpinWait} for a blocking call, so that it must know each loop of the engine. */
class SpinningMethodsTest {

    /** It ends an attempt of a blocking call, which has a thread to block. */
    private static final String OF_BLOCKING_CALLS = "io.forbear.retry.core.execution.InterruptAlarm.stop";

    @Test
    void everyLoopOfTheEngineIsKnownToBlockHound() throws Exception {
        Set<String> known = new TreeSet<>();
        ForbearBlockHoundIntegration.SPINNING.forEach(
                (type, methods) -> methods.forEach(method -> known.add(type + "." + method)));

        Set<String> found = spinning();

        assertThat(found.remove(OF_BLOCKING_CALLS)).isTrue();
        assertThat(known).isEqualTo(found);
    }

    /** Looks through the classes of the engine: a jar, or the folder of a build that stops before packaging. */
    private static Set<String> spinning() throws Exception {
        URI place = Retries.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        Path path = Path.of(place);
        if (Files.isDirectory(path)) {
            return spinningIn(path);
        }
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
            return spinningIn(jar.getPath("/"));
        }
    }

    private static Set<String> spinningIn(Path root) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    new ClassReader(in).accept(new Spins(found), ClassReader.SKIP_DEBUG);
                }
            }
        }
        return found;
    }

    private static final class Spins extends ClassVisitor {

        private final Set<String> found;
        private String type = "";

        Spins(Set<String> found) {
            super(Opcodes.ASM9);
            this.found = found;
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            type = name.replace('/', '.');
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String shape, String signature, String[] thrown) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitMethodInsn(int code, String owner, String called, String of, boolean isInterface) {
                    if (owner.equals("java/lang/Thread") && called.equals("onSpinWait")) {
                        found.add(type + "." + name);
                    }
                }
            };
        }
    }
}
