package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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

    static void bind(FleetBudget fleet, MeterRegistry registry) {
        Tags tags = Tags.of("retry.service", fleet.snapshot().service());
        FunctionCounter.builder(
                        "forbear.fleet.granted", fleet, f -> f.snapshot().granted() / 1000.0)
                .tags(tags)
                .register(registry);
        FunctionCounter.builder("forbear.fleet.denied", fleet, f -> f.snapshot().denied())
                .tags(tags)
                .register(registry);
        FunctionTimer.builder(
                        "forbear.fleet.lease",
                        fleet,
                        f -> f.snapshot().leases(),
                        f -> f.snapshot().leaseTime().toNanos(),
                        TimeUnit.NANOSECONDS)
                .tags(tags)
                .register(registry);
        Gauge.builder("forbear.fleet.age", fleet, f -> f.snapshot().age().toMillis() / 1000.0)
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
        Gauge.builder("forbear.fleet.holders", fleet, f -> f.snapshot().holders())
                .tags(tags)
                .register(registry);
        Gauge.builder("forbear.fleet.floor", fleet, f -> f.snapshot().state() == FleetState.FLOOR ? 1 : 0)
                .tags(tags)
                .register(registry);
    }

    @Test
    void theMetersOfThePageReadTheSnapshot() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RedisServer server = RedisServer.start();
                FleetBudget fleet = FleetBudget.of(server.store(), "users")) {
            bind(fleet, registry);
            fleet.create(NanoClock.system());

            Await.until(
                    "a lease",
                    () -> registry.get("forbear.fleet.holders").gauge().value() == 1);

            assertThat(registry.get("forbear.fleet.floor").gauge().value()).isZero();
            assertThat(registry.get("forbear.fleet.lease").functionTimer().count())
                    .isPositive();
            assertThat(page())
                    .contains(registry.getMeters().stream()
                            .map(meter -> "| `" + meter.getId().getName() + "` |")
                            .toList());
        }
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

        assertThat(blocks).isEqualTo(3);
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
