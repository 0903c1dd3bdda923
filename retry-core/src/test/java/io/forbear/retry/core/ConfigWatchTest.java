package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.ServiceEvent.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that follows its sources: what it takes, what it refuses, and what is told of both. */
class ConfigWatchTest {

    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    private Path dir;

    private final List<ServiceEvent> told = new CopyOnWriteArrayList<>();
    private final Semaphore changes = new Semaphore(0);
    private Path file;
    private ConfigSources sources;
    private RetryRegistry registry;
    private Retry orders;

    @BeforeEach
    void begins() throws IOException {
        file = dir.resolve("orders.properties");
        Files.writeString(file, "max-attempts=2\n");
        sources = ConfigSources.none().file(file).lookEvery(NEVER);
        registry = registry(sources);
        orders = registry.get("orders");
    }

    private RetryRegistry registry(ConfigSources from) {
        return RetryRegistry.builder()
                .listener(new RetryListener() {
                    @Override
                    public void onEvent(ServiceEvent event) {
                        told.add(event);
                        changes.release();
                    }
                })
                .build(from.read());
    }

    @AfterEach
    void ends() {
        registry.close();
    }

    private List<Kind> kinds() {
        return told.stream().map(ServiceEvent::kind).toList();
    }

    @Test
    void aChangeIsTakenOnceTwoLooksHaveFoundTheSame() throws IOException {
        ConfigWatch watch = registry.watch(sources);
        watch.look();
        assertThat(watch.reloads()).isZero();

        Files.writeString(file, "max-attempts=4\n");
        watch.look();
        assertThat(orders.policy().maxAttempts()).as("it may still be written").isEqualTo(2);
        Files.writeString(file, "max-attempts=5\n");
        watch.look();
        assertThat(orders.policy().maxAttempts()).isEqualTo(2);
        watch.look();
        assertThat(orders.policy().maxAttempts()).isEqualTo(5);
        watch.look();
        watch.look();

        assertThat(watch.reloads()).isEqualTo(1);
        assertThat(kinds()).containsExactly(Kind.RELOADED);
        assertThat(told.get(0).fields()).containsEntry("max-attempts", "2 -> 5");
    }

    @Test
    void aChangeThatIsTakenBackAtOnceIsNone() throws IOException {
        ConfigWatch watch = registry.watch(sources);

        Files.writeString(file, "max-attempts=4\n");
        watch.look();
        Files.writeString(file, "max-attempts=2\n");
        watch.look();
        watch.look();

        assertThat(watch.reloads()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsWrongChangesNothingAndIsToldOnce() throws IOException {
        ConfigWatch watch = registry.watch(sources);
        Files.writeString(file, "max-attempts=4\nbase-delay=soon\nmax-dely=5s\n");
        for (int i = 0; i < 5; i++) {
            watch.look();
        }

        assertThat(orders.policy().maxAttempts()).as("the last good one").isEqualTo(2);
        assertThat(watch.refusals()).isEqualTo(1);
        assertThat(watch.reloads()).isZero();
        assertThat(watch.problem().orElseThrow())
                .contains("orders.properties:2: base-delay: soon (expected: a duration")
                .contains("orders.properties:3: max-dely: 5s (expected: a known key; did you mean max-delay?)");
        assertThat(kinds()).containsExactly(Kind.RELOAD_REFUSED);
        assertThat(told.get(0).text()).startsWith("configuration refused, the one before stays in force: 2 settings");
        assertThat(told.get(0).fields())
                .containsEntry("problems", watch.problem().orElseThrow());
        assertThat(registry.operations().service("orders").orElseThrow().events())
                .isEqualTo(told);

        Files.writeString(file, "max-attempts=4\n");
        watch.look();
        watch.look();

        assertThat(orders.policy().maxAttempts()).isEqualTo(4);
        assertThat(watch.problem()).isEmpty();
        assertThat(kinds()).containsExactly(Kind.RELOAD_REFUSED, Kind.RELOADED);
    }

    @Test
    void aFileThatGoesAwayIsRefusedToo() throws IOException {
        ConfigWatch watch = registry.watch(sources);

        Files.delete(file);
        watch.look();
        watch.look();

        assertThat(watch.problem().orElseThrow()).contains("orders.properties: nothing (expected: a file that can be");
        assertThat(orders.policy().maxAttempts()).isEqualTo(2);
    }

    @Test
    void aCustomizerThatThrowsIsToldAsWhatIsWrong() throws IOException {
        ConfigWatch watch = lookThatIsRefused(() -> {
            throw new IllegalStateException("not now");
        });

        assertThat(watch.problem().orElseThrow())
                .contains("service users: its customizer threw")
                .contains("not now");
    }

    @Test
    void aCustomizerWithoutEndIsToldAsWhatIsWrong() throws IOException {
        ConfigWatch watch = lookThatIsRefused(() -> {
            throw new StackOverflowError("of the test");
        });

        assertThat(watch.problem().orElseThrow()).contains("StackOverflowError");
        assertThat(watch.refusals()).isEqualTo(1);
    }

    /** Looks at other settings that a customizer refuses, after which nothing has changed. */
    private ConfigWatch lookThatIsRefused(Runnable customizer) throws IOException {
        boolean[] throwing = {false};
        try (RetryRegistry customized = RetryRegistry.builder()
                .customize("users", users -> {
                    if (throwing[0]) {
                        customizer.run();
                    }
                })
                .build(sources.read())) {
            customized.get("users");
            ConfigWatch watch = customized.watch(sources);
            throwing[0] = true;
            Files.writeString(file, "max-attempts=4\n");
            watch.look();
            watch.look();
            assertThat(customized.get("users").policy().maxAttempts()).isEqualTo(2);
            return watch;
        }
    }

    @Test
    void whatHasChangedBeforeTheWatchBeganIsTakenAtItsFirstLook() throws IOException {
        Files.writeString(file, "max-attempts=6\n");

        ConfigWatch watch = registry.watch(sources);

        assertThat(orders.policy().maxAttempts()).isEqualTo(6);
        assertThat(watch.reloads()).isEqualTo(1);
    }

    /** Where two replace each other again and again, as Kubernetes does: {@code ..data} leads to the version. */
    private final class ConfigMap {

        private final Path root = dir.resolve("mount");
        private int version;

        ConfigMap() throws IOException {
            Files.createDirectory(root);
            swap("max-attempts=1");
            Files.createSymbolicLink(root.resolve("forbear.properties"), Path.of("..data", "forbear.properties"));
        }

        void swap(String text) throws IOException {
            Path next = Files.createDirectory(root.resolve("..2026_" + version++));
            Files.writeString(next.resolve("forbear.properties"), text + "\n");
            Path link = root.resolve("..data_tmp");
            Files.createSymbolicLink(link, next.getFileName());
            Path data = root.resolve("..data");
            Path before = Files.exists(data) ? data.toRealPath() : null;
            Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (before != null) {
                Files.delete(before.resolve("forbear.properties"));
                Files.delete(before);
            }
        }
    }

    @Tag("bounds")
    @Test
    void eachSwapOfTheLinksOfAConfigMapIsSeenOnce() throws Exception {
        ConfigMap map = new ConfigMap();
        ConfigSources mounted = ConfigSources.none().file(map.root);
        List<Long> millis = new ArrayList<>();
        try (RetryRegistry followed = registry(mounted)) {
            Retry users = followed.get("users");
            ConfigWatch watch = followed.watch(mounted);
            for (int attempts = 2; attempts <= 6; attempts++) {
                map.swap("max-attempts=" + attempts);
                long begin = System.nanoTime();
                assertThat(changes.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
                watch.look(); // not before the look that takes the change has ended, which counts it last
                millis.add((System.nanoTime() - begin) / 1_000_000);
                assertThat(users.policy().maxAttempts()).isEqualTo(attempts);
            }
            assertThat(watch.reloads()).isEqualTo(5);
            assertThat(watch.refusals()).isZero();
        }
        assertThat(kinds()).containsExactly(Kind.RELOADED, Kind.RELOADED, Kind.RELOADED, Kind.RELOADED, Kind.RELOADED);
        System.out.println("a ConfigMap's swaps were seen after " + millis + " ms");
    }

    @Test
    void aWatchEndsWithItsRegistry() throws Exception {
        ConfigSources often = ConfigSources.none().file(file).lookEvery(Duration.ofMillis(10));
        ConfigWatch watch = registry.watch(often);
        registry.close();
        try (RetryRegistry other = registry(often)) {
            other.get("orders");
            other.watch(often);
            for (int attempts = 4; attempts <= 5; attempts++) {
                Files.writeString(file, "max-attempts=" + attempts + "\n");
                assertThat(changes.tryAcquire(60, TimeUnit.SECONDS))
                        .as("a watch that goes on has seen it")
                        .isTrue();
            }
        }

        assertThat(watch.reloads()).isZero();
        watch.close();
    }

    @Test
    void aReloadTakesAtOnceWhatIsThere() throws IOException {
        ConfigWatch watch = registry.watch(sources);
        assertThat(watch.lastReload()).isEmpty();
        Files.writeString(file, "max-attempts=4\n");

        assertThat(watch.reload()).isEmpty();

        assertThat(orders.policy().maxAttempts()).isEqualTo(4);
        assertThat(watch.lastReload()).isPresent();
        assertThat(watch.reloads()).isEqualTo(1);
        watch.look();
        assertThat(watch.reloads()).as("it was taken already").isEqualTo(1);
    }

    @Test
    void aReloadOfWhatIsWrongKeepsTheSettingsAndSaysWhy() throws IOException {
        ConfigWatch watch = registry.watch(sources);
        Files.writeString(file, "max-attempts=none\n");

        assertThat(watch.reload()).isPresent().isEqualTo(watch.problem());

        assertThat(orders.policy().maxAttempts()).isEqualTo(2);
        assertThat(watch.refusals()).isEqualTo(1);
        assertThat(watch.lastReload()).isEmpty();
        assertThat(kinds()).contains(Kind.RELOAD_REFUSED);
    }
}
