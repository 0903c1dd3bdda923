package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An application that has the library in a loader of its own goes as a whole, though the threads that it used live on.
 */
class UnloadTest {

    /** Runs inside the loader of the application. */
    static final class Reloads implements Runnable {
        @Override
        public void run() {
            RetryRegistry registry =
                    RetryRegistry.load(Map.of("base-delay", "0", "retry-budget", "20", "circuit-breaker", "on"));
            Retry retry = registry.get("users");
            fails(retry);
            for (int i = 0; i < 2; i++) {
                Properties changed = new Properties();
                changed.put("base-delay", "0");
                changed.put("circuit-breaker", "on");
                changed.put("retry-budget", "30");
                registry.reload(RetryConfig.of(changed));
                fails(retry);
            }
            registry.close();
        }
    }

    /** As that, with asynchronous calls, and without a close. */
    static final class Calls implements Runnable {
        @Override
        public void run() {
            Retry retry = Retries.named("users")
                    .policy(RetryPolicy.builder()
                            .backoff(Backoff.fixed(Duration.ofMillis(1)))
                            .deadline(Duration.ofHours(1))
                            .build())
                    .withoutBudget()
                    .build();
            fails(retry);
            int[] made = {0};
            CompletableFuture<String> call = retry.callAsync(() -> ++made[0] == 1
                    ? CompletableFuture.failedFuture(new IOException("down"))
                    : CompletableFuture.completedFuture("up"));
            call.join(); // orTimeout would start a thread of the JDK's, which holds the loader that it was started in
            retry.callAsync(CompletableFuture::new).cancel(true);
        }
    }

    private static void fails(Retry retry) {
        IOException down = new IOException("down");
        try {
            retry.call(() -> {
                throw down;
            });
        } catch (IOException expected) {
            return;
        }
    }

    @Tag("bounds")
    @ParameterizedTest
    @ValueSource(classes = {Reloads.class, Calls.class})
    void theLoaderOfAnApplicationIsCollected(Class<?> application) throws Exception {
        WeakReference<ClassLoader> loader = runs(application.getName());
        for (int i = 0; i < 1_000 && loader.get() != null; i++) {
            System.gc();
            Thread.onSpinWait();
        }
        assertThat(loader.get()).isNull();
    }

    private static WeakReference<ClassLoader> runs(String application) throws Exception {
        URL[] path = {root(Retry.class), root(Retries.class), root(UnloadTest.class), root(Nullable.class)};
        try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            var made = loader.loadClass(application).getDeclaredConstructor();
            made.setAccessible(true);
            ((Runnable) made.newInstance()).run();
            return new WeakReference<>(loader);
        }
    }

    /** Where a class was found: a directory or an archive. */
    private static URL root(Class<?> type) throws MalformedURLException {
        String file = type.getName().replace('.', '/') + ".class";
        String found = Objects.requireNonNull(type.getResource("/" + file)).toString();
        String root = found.substring(0, found.length() - file.length());
        return root.startsWith("jar:")
                ? URI.create(root.substring("jar:".length(), root.length() - "!/".length()))
                        .toURL()
                : URI.create(root).toURL();
    }
}
