package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application that holds a copy of the library is taken away: nothing of the library keeps its class loader. */
class ClassLoaderTest {

    /** The server's threads: they outlive the application. */
    private final ExecutorService container = Executors.newFixedThreadPool(2);

    @AfterEach
    void stops() {
        container.shutdownNow();
    }

    /** What the application does; loaded by its loader. */
    public static final class Uses {

        private Uses() {}

        private static Retries.Builder named() {
            return Retries.named("users")
                    .policy(RetryPolicy.builder()
                            .maxAttempts(2)
                            .backoff(Backoff.fixed(Duration.ofMillis(1)))
                            .deadline(Duration.ofDays(1))
                            .build());
        }

        public static final class Idle implements Callable<Object> {
            @Override
            public Object call() {
                named().build().close();
                return "";
            }
        }

        public static final class Succeeds implements Callable<Object> {
            @Override
            public Object call() {
                Retry retry = named().build();
                String answer = retry.call(() -> "answer");
                retry.close();
                return answer;
            }
        }

        public static final class SucceedsAndIsNotClosed implements Callable<Object> {
            @Override
            public Object call() {
                return named().build().call(() -> "answer");
            }
        }

        public static final class Fails implements Callable<Object> {
            @Override
            public Object call() {
                Retry retry = named().build();
                try {
                    retry.run(() -> {
                        throw new IOException("down");
                    });
                } catch (IOException down) {
                    retry.close();
                }
                return "";
            }
        }

        public static final class AsksForItsAttempt implements Callable<Object> {
            @Override
            public Object call() {
                return Retries.currentAttempt();
            }
        }

        public static final class WaitsOnTheTimer implements Callable<Object> {
            @Override
            public Object call() throws Exception {
                Retry retry = named().build();
                int[] made = {0};
                Object answer = retry.callAsync(() -> ++made[0] == 1
                                ? CompletableFuture.<String>failedFuture(new IOException("down"))
                                : CompletableFuture.completedFuture("answer"))
                        .get(1, TimeUnit.MINUTES);
                retry.close();
                return answer;
            }
        }
    }

    /** Loads the library and this class anew, as an application server does. */
    private static final class ApplicationLoader extends URLClassLoader {

        ApplicationLoader() {
            super(
                    Stream.of(Retry.class, Retries.class, ClassLoaderTest.class, Nullable.class)
                            .map(type ->
                                    type.getProtectionDomain().getCodeSource().getLocation())
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
        }
    }

    private WeakReference<ClassLoader> afterUse(String name) throws Exception {
        try (ApplicationLoader application = new ApplicationLoader()) {
            Callable<?> use = (Callable<?>) application
                    .loadClass(Uses.class.getName() + "$" + name)
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(use.getClass().getClassLoader()).isSameAs(application);
            for (int i = 0; i < 4; i++) {
                container.submit(use).get(1, TimeUnit.MINUTES);
            }
            return new WeakReference<>(application);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Idle", "Succeeds", "SucceedsAndIsNotClosed", "Fails", "AsksForItsAttempt", "WaitsOnTheTimer"})
    @Tag("bounds")
    void isCollectedThoughTheThreadsThatUsedItGoOn(String use) throws Exception {
        WeakReference<ClassLoader> application = afterUse(use);

        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (application.get() != null && System.nanoTime() - end < 0) {
            System.gc();
            container.submit(() -> {}).get(1, TimeUnit.MINUTES); // its threads hold the last task until the next
        }

        assertThat(application.get()).isNull();
    }
}
