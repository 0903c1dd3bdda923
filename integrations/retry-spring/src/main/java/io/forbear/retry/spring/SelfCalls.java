package io.forbear.retry.spring;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.ClassUtils;

/**
 * Finds the calls by which an object calls a retried method of itself, past its proxy: {@code this.load(id)}, {@code
 * load(id)}, {@code this::load}, in the class and its superclasses.
 *
 * <p>It reads the class files. A call whose receiver is not plainly {@code this} is not seen: one through a field or a
 * variable, or one whose arguments branch. Where there are no class files, as in a native image, it finds none.
 */
final class SelfCalls extends ClassVisitor {

    /**
     * A call that is not retried.
     *
     * @param caller the method in which it is, {@code com.acme.Orders.all}
     * @param called the method that it calls, {@code load(long)}
     */
    record SelfCall(String caller, String called) {}

    /** Where Kotlin's compiler puts the code of a {@code suspend} function that is open; its first argument is this. */
    private static final String SUSPENDING = "$suspendImpl";

    /** The methods whose calls are looked for: the signature of each for people, by its name and descriptor. */
    private final Map<String, String> wanted;

    /** Names of methods that are retried themselves: what they call is part of their attempts. */
    private final Set<String> retried;

    private final Class<?> type;
    private final Set<String> owners = new HashSet<>();
    private final List<SelfCall> found = new ArrayList<>();

    private SelfCalls(Class<?> type, Map<String, String> wanted, Set<String> retried) {
        super(SpringAsmInfo.ASM_VERSION);
        this.type = type;
        this.wanted = wanted;
        this.retried = retried;
        for (Class<?> one = type; one != null; one = one.getSuperclass()) {
            owners.add(Type.getInternalName(one));
        }
    }

    /**
     * Returns the calls of a class.
     *
     * @param retried all methods that are retried
     * @param wanted those whose calls are looked for
     */
    static List<SelfCall> of(Class<?> type, Collection<Method> retried, Collection<Method> wanted) {
        Map<String, String> signatures = new HashMap<>();
        for (Method method : wanted) {
            signatures.put(method.getName() + Type.getMethodDescriptor(method), Problems.signature(method));
        }
        Set<String> names = new HashSet<>();
        retried.forEach(method -> names.add(method.getName()));
        SelfCalls calls = new SelfCalls(type, signatures, names);
        for (Class<?> one = type; !signatures.isEmpty() && one != null && one != Object.class; one = superOf(one)) {
            calls.read(one);
        }
        return calls.found;
    }

    private static @Nullable Class<?> superOf(Class<?> type) {
        return type.getSuperclass();
    }

    private void read(Class<?> one) {
        Resource file = new ClassPathResource(
                ClassUtils.convertClassNameToResourcePath(one.getName()) + ".class", one.getClassLoader());
        if (!file.exists()) {
            return;
        }
        try (InputStream in = file.getInputStream()) {
            new ClassReader(in).accept(this, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (IOException | RuntimeException unreadable) {
            return; // of a newer Java than the reader of Spring knows
        }
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        String source = sourceOf(name);
        boolean hasNoThis = (access & Opcodes.ACC_STATIC) != 0 && !name.endsWith(SUSPENDING);
        return hasNoThis || retried.contains(source) ? null : new Body(type.getName() + "." + source);
    }

    /**
     * Returns the method in which the code stands: {@code load} for the lambda {@code lambda$load$0}, and for {@code
     * load$suspendImpl}.
     */
    private static String sourceOf(String name) {
        if (name.endsWith(SUSPENDING)) {
            return name.substring(0, name.length() - SUSPENDING.length());
        }
        String[] parts = name.split("\\$", -1);
        return parts.length == 3 && parts[0].equals("lambda") ? parts[1] : name;
    }

    private void called(String caller, String owner, String name, String descriptor) {
        String signature = wanted.get(name + descriptor);
        if (signature != null && owners.contains(owner)) {
            found.add(new SelfCall(caller, signature));
        }
    }

    private final class Body extends OperandStack {

        private final String caller;

        Body(String caller) {
            this.caller = caller;
        }

        @Override
        void calledOnThis(String owner, String name, String descriptor) {
            called(caller, owner, name, descriptor);
        }

        @Override
        void boundToThis(Handle handle) {
            called(caller, handle.getOwner(), handle.getName(), handle.getDesc());
        }
    }
}
