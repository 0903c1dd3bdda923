package io.forbear.retry.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Methods that {@link HttpClient} has from Java 21 on. */
final class NewerMethods {

    private static final @Nullable MethodHandle SHUTDOWN = find("shutdown", MethodType.methodType(void.class));
    private static final @Nullable MethodHandle SHUTDOWN_NOW = find("shutdownNow", MethodType.methodType(void.class));
    private static final @Nullable MethodHandle CLOSE = find("close", MethodType.methodType(void.class));
    private static final @Nullable MethodHandle IS_TERMINATED =
            find("isTerminated", MethodType.methodType(boolean.class));
    private static final @Nullable MethodHandle AWAIT_TERMINATION =
            find("awaitTermination", MethodType.methodType(boolean.class, Duration.class));

    private NewerMethods() {}

    private static @Nullable MethodHandle find(String name, MethodType type) {
        try {
            return MethodHandles.publicLookup().findVirtual(HttpClient.class, name, type);
        } catch (NoSuchMethodException | IllegalAccessException older) {
            return null;
        }
    }

    static void shutdown(HttpClient client) {
        call(SHUTDOWN, "shutdown", client);
    }

    static void shutdownNow(HttpClient client) {
        call(SHUTDOWN_NOW, "shutdownNow", client);
    }

    static void close(HttpClient client) {
        call(CLOSE, "close", client);
    }

    static boolean isTerminated(HttpClient client) {
        try {
            return (boolean) present(IS_TERMINATED, "isTerminated").invokeExact(client);
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    static boolean awaitTermination(HttpClient client, Duration most) throws InterruptedException {
        try {
            return (boolean) present(AWAIT_TERMINATION, "awaitTermination").invokeExact(client, most);
        } catch (InterruptedException interrupt) {
            throw interrupt;
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    private static void call(@Nullable MethodHandle method, String name, HttpClient client) {
        try {
            present(method, name).invokeExact(client);
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    private static MethodHandle present(@Nullable MethodHandle method, String name) {
        if (method == null) {
            throw new UnsupportedOperationException(
                    name + ": Java " + Runtime.version().feature() + " (expected: 21 or newer)");
        }
        return method;
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException fault ? fault : new IllegalStateException(thrown);
    }
}
