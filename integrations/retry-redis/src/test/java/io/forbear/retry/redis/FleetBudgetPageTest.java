package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/guide/fleet-budget.md}: its blocks are pieces of this file, its tables name what there is. */
class FleetBudgetPageTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path SOURCE =
            Path.of("src", "test", "java", "io", "forbear", "retry", "redis", "FleetBudgetPageTest.java");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java$(.*?)^```$");

    @Test
    void whatThePageShowsRuns() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            String uri = "redis://127.0.0.1:" + server.port();
            RedisClient client = RedisClient.create(uri);
            client.setOptions(ClientOptions.builder()
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .requestQueueSize(100)
                    .build());
            StatefulRedisConnection<String, String> connection = client.connect();

            FleetBudget fleet = FleetBudget.of(LettuceStore.of(connection.async()), "users");
            Retry users = Retries.named("users").budget(fleet).build();

            assertThat(users.call(() -> "ok")).isEqualTo("ok");
            Await.until("a lease", () -> fleet.snapshot().state() == FleetState.LEASED);
            users.close();
            fleet.close();
            connection.close();
            client.shutdown();
        }
    }

    @Test
    void aProcessThatStartsWithoutAStoreRuns() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            RedisURI uri = RedisURI.create("redis://127.0.0.1:" + server.port());
            server.kill();
            RedisClient client = RedisClient.create();

            StoreConnection store = LettuceStore.connecting(
                    () -> client.connectAsync(StringCodec.UTF8, uri).thenApply(StatefulRedisConnection::async));

            FleetBudget fleet = FleetBudget.of(store, "users");
            Retry users = Retries.named("users").budget(fleet).build();
            assertThat(users.call(() -> "ok")).isEqualTo("ok");
            Await.until("the floor", () -> fleet.snapshot().state() == FleetState.FLOOR);
            server.restart();
            Await.until("a lease", () -> fleet.snapshot().state() == FleetState.LEASED);
            users.close();
            fleet.close();
            client.shutdown();
        }
    }

    @Test
    void theSettingsOfThePageAreThere() {
        StoreConnection store = WithdrawalTest.SILENT;

        FleetBudget fleet = FleetBudget.builder(store, "users")
                .capacity(2000)
                .refillPerSecond(10)
                .ratio(0.1)
                .reserveForCritical(0.2)
                .expectedProcesses(40)
                .build();
        Retry users = Retries.named("users")
                .budget(RetryBudgets.allOf(fleet, RetryBudgets.earned()))
                .build();

        assertThat(fleet.snapshot().fleetCapacity()).isEqualTo(2_000_000);
        users.close();
        fleet.close();
    }

    @Test
    void theMetersOfThePageReadTheSnapshot() throws IOException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (RedisServer server = RedisServer.start();
                FleetBudget fleet = FleetBudget.of(server.store(), "users")) {
            new FleetMetrics(fleet).bindTo(meters);
            fleet.create(NanoClock.system());

            Await.until(
                    "a lease", () -> meters.get("forbear.fleet.holders").gauge().value() == 1);

            assertThat(meters.get("forbear.fleet.floor").gauge().value()).isZero();
            assertThat(meters.get("forbear.fleet.lease").functionTimer().count())
                    .isPositive();
            assertThat(page())
                    .contains(meters.getMeters().stream()
                            .map(meter -> "| `" + meter.getId().getName() + "` |")
                            .toList());
        }
    }

    @Test
    void theSettingsByTextMakeTheBudgetAndAReloadKeepsIt() throws IOException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        StoreConnection store = WithdrawalTest.SILENT;
        Properties settings = settingsOfThePage();

        FleetBudgets fleets = FleetBudgets.of(store, made -> new FleetMetrics(made).bindTo(meters));
        RetryRegistry registry = RetryRegistry.builder().customize(fleets).build(RetryConfig.of(settings));

        assertThat(registry.get("users").policy().maxAttempts()).isEqualTo(3);
        FleetBudget fleet = fleets.budgets().get(0);
        assertThat(fleet.snapshot().fleetCapacity()).isEqualTo(2_000_000);
        registry.reload();
        assertThat(fleets.budgets()).containsExactly(fleet);
        assertThat(meters.get("forbear.fleet.balance").gauge().value()).isEqualTo(1000);
        assertThat(registry.explain("users")).contains("= FleetBudget[users]  <- customizer");
        registry.close();
        fleets.close();
    }

    private static Properties settingsOfThePage() throws IOException {
        Matcher block = Pattern.compile("(?ms)^```properties$(.*?)^```$").matcher(page());
        assertThat(block.find()).isTrue();
        Properties settings = new Properties();
        settings.load(new StringReader(block.group(1)));
        return settings;
    }

    @Test
    void everyBlockOfJavaIsAPieceOfThisFile() throws IOException {
        String program = words(Files.readString(SOURCE));
        Matcher block = BLOCK.matcher(page());
        int blocks = 0;
        while (block.find()) {
            blocks++;
            assertThat(program).contains(words(block.group(1)));
        }

        assertThat(blocks).isEqualTo(5);
    }

    @Test
    void thePageNamesEachReason() throws IOException {
        assertThat(page())
                .contains(Arrays.stream(FloorReason.values())
                        .map(reason -> "`" + reason + "`")
                        .toList());
    }

    @Test
    void thePageHasTheAclThatATestUses() throws IOException {
        assertThat(page()).contains(FleetBudgetTest.ACL);
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs").resolve("guide").resolve("fleet-budget.md"));
    }

    private static String words(String code) {
        return code.replaceAll("(?m)(^|\\s)//.*$", "").replaceAll("\\s+", "");
    }
}
