package io.forbear.retry.aws.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.core.ConfigWatch;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * By the real client against a server that counts requests. Readings are asked for, except where they are the matter.
 */
class ParameterStoreSettingsTest {

    private static final String PATH = "/shop/forbear";

    private static StoredSettings started(StoredSettings.Builder builder) throws InterruptedException {
        StoredSettings settings = builder.refreshEvery(Duration.ofHours(1)).start();
        assertThat(settings.await(Duration.ofSeconds(60))).isTrue();
        return settings;
    }

    private static Optional<String> refresh(StoredSettings settings)
            throws InterruptedException, ExecutionException, TimeoutException {
        return settings.refresh().get(60, TimeUnit.SECONDS);
    }

    private static Map<String, String> map(StoredSettings settings) {
        return ConfigSources.none().entries(settings).read().toMap();
    }

    @Test
    void theRestOfANameIsTheKeyAndTheLabelIsTheName() throws Exception {
        try (Store store = new Store()
                        .put(PATH + "/max-attempts", "4")
                        .put(PATH + "/service/orders/max-attempts", "2")
                        .put(PATH + "/service.users.retry-on", "java.io.IOException,java.lang.Error", "StringList")
                        .put("/shop/forbearance/max-delay", "1s");
                StoredSettings settings = started(store.ofParameters(PATH + "/"))) {
            assertThat(settings.get())
                    .containsExactly(List.of(
                            new ConfigEntry(
                                    "max-attempts",
                                    "4",
                                    PATH + "/max-attempts",
                                    Source.STORE,
                                    "Parameter Store, version 1"),
                            new ConfigEntry(
                                    "service.users.retry-on",
                                    "java.io.IOException,java.lang.Error",
                                    PATH + "/service.users.retry-on",
                                    Source.STORE,
                                    "Parameter Store, version 1"),
                            new ConfigEntry(
                                    "service.orders.max-attempts",
                                    "2",
                                    PATH + "/service/orders/max-attempts",
                                    Source.STORE,
                                    "Parameter Store, version 1")));
            assertThat(map(settings)).containsEntry("service.orders.max-attempts", "2");
            assertThat(store.server().count())
                    .as("three parameters, one request")
                    .isEqualTo(1);
        }
    }

    @Test
    void aReadingIsARequestForTenParametersAndOneThatFindsNothingNewIsOneReading() throws Exception {
        try (Store store = new Store()) {
            for (int i = 0; i < 25; i++) {
                store.put(PATH + "/service/s" + (10 + i) + "/max-attempts", "2");
            }
            try (StoredSettings settings = started(store.ofParameters(PATH))) {
                List<List<ConfigEntry>> first = settings.get();
                assertThat(first.get(0)).hasSize(25);
                assertThat(store.server().count())
                        .as("pages are read twice at first")
                        .isEqualTo(6);

                assertThat(refresh(settings)).isEmpty();

                assertThat(store.server().count()).isEqualTo(9);
                assertThat(settings.get().get(0)).isSameAs(first.get(0));
            }
        }
    }

    @Test
    void aChangeIsTakenWhenASecondReadingFindsTheSame() throws Exception {
        try (Store store = new Store().put(PATH + "/base-delay", "1ms").put(PATH + "/max-delay", "1s");
                StoredSettings settings = started(store.ofParameters(PATH))) {
            AtomicInteger readings = new AtomicInteger();
            store.put(PATH + "/base-delay", "20s"); // alone more than max-delay
            store.fault(request -> {
                if (readings.incrementAndGet() == 2) {
                    store.put(PATH + "/max-delay", "30s");
                }
                return null;
            });

            assertThat(refresh(settings)).isEmpty();

            assertThat(readings).as("20s and 1s; 20s and 30s; the same").hasValue(3);
            assertThat(map(settings)).containsEntry("base-delay", "20s").containsEntry("max-delay", "30s");
            assertThat(settings.get().get(0).get(0).place()).isEqualTo("Parameter Store, version 2");
        }
    }

    @Test
    void aStoreThatIsNeverAtRestIsNotTaken() throws Exception {
        try (Store store = new Store().put(PATH + "/max-attempts", "4");
                StoredSettings settings = started(store.ofParameters(PATH))) {
            store.fault(request -> {
                store.put(PATH + "/max-attempts", "5");
                return null;
            });

            assertThat(refresh(settings))
                    .contains("parameters /shop/forbear: changes all the time (expected: two readings that find the"
                            + " same)");
            assertThat(map(settings)).containsEntry("max-attempts", "4");
            assertThat(store.server().count()).isEqualTo(1 + 5);
        }
    }

    @Test
    void whatWasReadLastStaysWhileTheStoreFailsAndTheRetriesAreOurs() throws Exception {
        try (Store store = new Store().put(PATH + "/max-attempts", "4");
                Retry retry = Retries.named("settings")
                        .policy(RetryPolicy.builder()
                                .maxAttempts(3)
                                .classifier(AwsClassifier.services())
                                .build())
                        .runtime(r -> r.sleeper(nanos -> {}))
                        .build();
                StoredSettings settings = started(store.ofParameters(PATH).retry(retry))) {
            store.fault(request -> Answer.error("ssm", 500, "InternalServerError", Map.of()));

            assertThat(refresh(settings))
                    .get()
                    .asString()
                    .startsWith("parameters /shop/forbear: ")
                    .contains("500");
            assertThat(store.server().count()).isEqualTo(1 + 3);
            assertThat(store.server().requests())
                    .allSatisfy(request -> assertThat(request.headers().get("Amz-sdk-request"))
                            .as("the client itself makes one attempt")
                            .startsWith("attempt=1;"));
            assertThat(retry.snapshot().attempts()).isEqualTo(1 + 3);
            assertThat(map(settings)).containsEntry("max-attempts", "4");

            store.fault(null);
            assertThat(refresh(settings)).isEmpty();
            assertThat(settings.problem()).isEmpty();
        }
    }

    @Test
    void aRefusalOfTheServiceIsAskedOnceAndNamesThePath() throws Exception {
        try (Store store = new Store().put(PATH + "/max-attempts", "4");
                StoredSettings settings = started(store.ofParameters(PATH))) {
            store.fault(request -> Answer.error("ssm", 400, "AccessDeniedException", Map.of()));

            assertThat(refresh(settings)).get().asString().startsWith("parameters /shop/forbear: ");
            assertThat(store.server().count()).isEqualTo(2);
            assertThat(map(settings)).containsEntry("max-attempts", "4");
        }
    }

    @Test
    void aPathWithoutParametersIsAProblemAndChangesNothing() throws Exception {
        try (Store store = new Store().put(PATH + "/max-attempts", "4");
                StoredSettings settings = started(store.ofParameters(PATH))) {
            store.removeAll();

            assertThat(refresh(settings)).contains("parameters /shop/forbear: none (expected: one at least)");
            assertThat(map(settings)).containsEntry("max-attempts", "4");
        }
    }

    @Test
    void contentThatTheRegistryRefusesIsAppliedInNoPartAndTheErrorNamesTheParameter() throws Exception {
        try (Store store = new Store().put(PATH + "/max-attempts", "4").put(PATH + "/deadline", "5s");
                StoredSettings settings = started(store.ofParameters(PATH))) {
            ConfigSources sources = ConfigSources.none().entries(settings).lookEvery(Duration.ofHours(1));
            try (RetryRegistry registry = RetryRegistry.builder().build(sources.read())) {
                ConfigWatch watch = registry.watch(sources);
                Retry orders = registry.get("orders");
                store.put(PATH + "/max-attempts", "6").put(PATH + "/deadline", "soon");
                assertThat(refresh(settings)).isEmpty();

                assertThat(watch.reload())
                        .get()
                        .asString()
                        .startsWith("Parameter Store, version 2: /shop/forbear/deadline: soon (expected: ");
                assertThat(orders.policy().maxAttempts()).isEqualTo(4);

                store.put(PATH + "/deadline", "7s");
                assertThat(refresh(settings)).isEmpty();
                assertThat(watch.reload()).isEmpty();
                assertThat(orders.policy().maxAttempts()).isEqualTo(6);
                assertThat(registry.explain("orders"))
                        .contains("store: /shop/forbear/max-attempts (Parameter Store, version 2)");
            }
        }
    }

    @Test
    void aCallerGetsWhatThereIsWhileTheStoreHangs() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        try (Store store = new Store().put(PATH + "/max-attempts", "4");
                StoredSettings settings = started(store.ofParameters(PATH))) {
            store.put(PATH + "/max-attempts", "5");
            store.fault(request -> {
                asked.countDown();
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return null;
            });
            var reading = settings.refresh();
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(map(settings)).containsEntry("max-attempts", "4");

            answers.countDown();
            assertThat(reading.get(60, TimeUnit.SECONDS)).isEmpty();
            assertThat(map(settings)).containsEntry("max-attempts", "5");
        }
    }

    @Test
    void beforeTheFirstReadingThereAreNoSettingsAndTheReasonIsAnErrorOfTheSources() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        try (Store store = new Store().put(PATH + "/max-attempts", "4")) {
            store.fault(request -> {
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Answer.error("ssm", 400, "AccessDeniedException", Map.of());
            });
            try (StoredSettings settings = store.ofParameters(PATH).start()) {
                assertThat(settings.await(Duration.ofMillis(1))).isFalse();
                assertThatIllegalStateException()
                        .isThrownBy(settings::get)
                        .withMessage("parameters /shop/forbear: nothing (expected: settings that have been read)");
                answers.countDown();
                assertThat(refresh(settings)).isPresent();
                assertThatThrownBy(() -> map(settings))
                        .hasMessageContaining("entries: nothing (expected: settings that can be read: ")
                        .hasMessageContaining("parameters /shop/forbear: ");
                assertThat(settings.lastRead()).isEmpty();
            }
        }
    }

    @Test
    void theStoreIsReadAgainByItself() throws Exception {
        try (Store store = new Store().put(PATH + "/max-attempts", "4");
                StoredSettings settings = store.ofParameters(PATH)
                        .refreshEvery(Duration.ofSeconds(1))
                        .start()) {
            assertThat(settings.await(Duration.ofSeconds(60))).isTrue();
            store.put(PATH + "/max-attempts", "5");
            // one that finds the change, one that makes sure of it, and one that follows when it has been taken
            CountDownLatch readings = new CountDownLatch(3);
            store.fault(request -> {
                readings.countDown();
                return null;
            });

            assertThat(readings.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(map(settings)).containsEntry("max-attempts", "5");
            assertThat(settings.lastRead()).isPresent();
        }
    }

    @Test
    void aWaitIsDrawnFromHalfToOneAndAHalfOfTheTime() {
        assertThat(StoredSettings.waitMillis(Duration.ofMinutes(5), 0)).isEqualTo(150_000);
        assertThat(StoredSettings.waitMillis(Duration.ofMinutes(5), 0.5)).isEqualTo(300_000);
        assertThat(StoredSettings.waitMillis(Duration.ofMinutes(5), 1)).isEqualTo(450_000);
    }

    /** The text of what a log is told. */
    private static final class Lines extends Handler {
        private final List<String> lines = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"/max-attempts", "/db-password", "/service/orders/max-attempts"})
    void aSecureStringIsInNoMessageNoLogAndNoSnapshot(String name) throws Exception {
        Lines lines = new Lines();
        Logger log = Logger.getLogger("io.forbear.retry");
        log.addHandler(lines);
        String secret = "31337";
        try (Store store = new Store().put(PATH + name, secret, "SecureString").put(PATH + "/deadline", "5s");
                StoredSettings settings = started(store.ofParameters(PATH))) {
            List<String> shown =
                    new ArrayList<>(List.of(settings.toString(), settings.get().toString()));
            ConfigSources sources = ConfigSources.none().entries(settings).lookEvery(Duration.ofHours(1));
            try (RetryRegistry registry = RetryRegistry.builder()
                    .build(ConfigSources.none()
                            .settings(Map.of("logging", true))
                            .read())) {
                Retry orders = registry.get("orders");
                ConfigWatch watch = registry.watch(sources);
                shown.add(watch.problem().toString());
                store.put(PATH + name, secret + "x", "SecureString"); // no number, and no key either
                refresh(settings);
                shown.add(watch.reload().toString());
                store.fault(request -> Answer.error("ssm", 400, "AccessDeniedException", Map.of()));
                shown.add(refresh(settings).toString());
                shown.add(registry.explain("orders"));
                shown.add(orders.operations().configuration().toString());
                shown.add(orders.operations().events().toString());
                shown.add(orders.snapshot().toString());

                if (!name.equals("/db-password")) {
                    assertThat(orders.policy().maxAttempts()).as("it holds").isEqualTo(31337);
                }
                assertThat(shown.get(3)).contains(PATH + name + ": a secret (expected: ");
            }
            assertThat(String.join("\n", shown)).doesNotContain(secret);
            assertThat(String.join("\n", lines.lines)).contains("/shop/forbear").doesNotContain(secret);
        } finally {
            log.removeHandler(lines);
        }
    }

    @Test
    void afterTheCloseWhatWasFoundStaysAndNothingIsRead() throws Exception {
        try (Store store = new Store().put(PATH + "/max-attempts", "4")) {
            StoredSettings settings = started(store.ofParameters(PATH));
            settings.close();
            settings.close();

            assertThat(settings.refresh()).isCompletedExceptionally();
            assertThat(map(settings)).containsEntry("max-attempts", "4");
            assertThat(store.server().count()).isEqualTo(1);
        }
    }

    @Test
    void wrongSettingsOfTheReaderAreRefused() {
        try (Store store = new Store()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.ofParameters("shop"))
                    .withMessage("path: shop (expected: a path such as /shop/forbear)");
            assertThatIllegalArgumentException().isThrownBy(() -> store.ofParameters("/"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.ofParameters(PATH).refreshEvery(Duration.ofMillis(999)))
                    .withMessage("refreshEvery: PT0.999S (expected: PT1S to PT24H)");
        }
    }
}
