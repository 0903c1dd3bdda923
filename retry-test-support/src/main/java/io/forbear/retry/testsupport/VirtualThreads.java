package io.forbear.retry.testsupport;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Virtual threads, where the JDK has them. */
public final class VirtualThreads {

    private VirtualThreads() {}

    /** Returns a factory of virtual threads, {@code null} on a JDK before 21. */
    public static @Nullable ThreadFactory factory() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            return (ThreadFactory) type.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException before21) {
            return null;
        }
    }

    /** Returns a factory of virtual threads; on a JDK before 21 the test is skipped, with the reason. */
    public static ThreadFactory assumed() {
        ThreadFactory factory = factory();
        Assumptions.assumeTrue(
                factory != null,
                () -> "virtual threads: none on JDK " + Runtime.version().feature() + " (expected: 21 or newer)");
        return Objects.requireNonNull(factory);
    }
}
