package io.forbear.retry.core.execution;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Virtual threads, where the JDK has them. */
final class VirtualThreads {

    private VirtualThreads() {}

    /** Returns what makes virtual threads, {@code null} on a JDK before 21. */
    static @Nullable ThreadFactory factory() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            return (ThreadFactory) type.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException before21) {
            return null;
        }
    }
}
