package io.forbear.retry.it.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The calls of a class that find a class, a member or a resource by its name at run time, which the builder of a native
 * image cannot always follow. Handles of variables are kept apart: each names a class and a field.
 */
final class ReflectiveCalls extends ClassVisitor {

    private static final Pattern BY_NAME = Pattern.compile(String.join(
            "|",
            // not what only looks at a method that it was given
            "java\\.lang\\.reflect\\.(?!Modifier\\.|Method\\.(get|is|equals)|Proxy\\.isProxyClass).*",
            "java\\.lang\\.Class\\.(forName|newInstance|getClasses|getDeclaredClasses)",
            "java\\.lang\\.Class\\.get(Declared)?(Method|Field|Constructor|RecordComponent)s?",
            "java\\.lang\\.(Class|ClassLoader|Module)\\.(loadClass|findClass|getResource.*|getSystemResource.*)",
            "java\\.lang\\.invoke\\.MethodHandles\\$Lookup\\.(find.*|unreflect.*|define.*)",
            "java\\.lang\\.invoke\\.ConstantBootstraps\\..*",
            "java\\.util\\.(ServiceLoader|ResourceBundle)\\..*",
            "java\\.util\\.concurrent\\.atomic\\.Atomic\\w+FieldUpdater\\.newUpdater",
            "java\\.io\\.ObjectInputStream\\..*"));

    private final Set<String> calls = new TreeSet<>();
    private final Map<String, Set<String>> fields = new TreeMap<>();
    private String name = "";

    private ReflectiveCalls() {
        super(Opcodes.ASM9);
    }

    static ReflectiveCalls of(Iterable<byte[]> classes) {
        ReflectiveCalls calls = new ReflectiveCalls();
        classes.forEach(type -> new ClassReader(type).accept(calls, ClassReader.SKIP_FRAMES));
        return calls;
    }

    /** Returns the calls other than those for handles of fields, each as "simple name of the caller: callee". */
    Set<String> calls() {
        return calls;
    }

    /** Returns the fields that handles are made for, by the name of their class. */
    Map<String, Set<String>> fields() {
        return fields;
    }

    @Override
    public void visit(
            int version,
            int access,
            String type,
            @Nullable String signature,
            @Nullable String parent,
            String @Nullable [] interfaces) {
        name = type.substring(type.lastIndexOf('/') + 1);
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String method, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
        return new Body();
    }

    private final class Body extends MethodVisitor {

        /** The constants since the last call: the arguments of the next. */
        private final List<Type> types = new ArrayList<>();

        private final List<String> texts = new ArrayList<>();

        private Body() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitLdcInsn(Object value) {
            if (value instanceof Type type) {
                types.add(type);
            } else if (value instanceof String text) {
                texts.add(text);
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String called, String descriptor, boolean isInterface) {
            String callee = owner.replace('/', '.') + "." + called;
            if (called.equals("findVarHandle")) {
                field(types.get(0), callee);
            } else if (called.equals("fieldVarHandle")) {
                field(types.get(1), callee);
            } else {
                add(callee);
            }
            if (!called.equals("lookup")) {
                types.clear();
                texts.clear();
            }
        }

        private void field(Type owner, String callee) {
            if (texts.size() == 1) {
                fields.computeIfAbsent(owner.getClassName(), any -> new TreeSet<>())
                        .add(texts.get(0));
            } else {
                calls.add(name + ": " + callee + ", whose field is no constant");
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String called, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle handle) {
                    add(handle.getOwner().replace('/', '.') + "." + handle.getName());
                }
            }
        }

        private void add(String callee) {
            if (BY_NAME.matcher(callee).matches()) {
                calls.add(name + ": " + callee);
            }
        }
    }
}
