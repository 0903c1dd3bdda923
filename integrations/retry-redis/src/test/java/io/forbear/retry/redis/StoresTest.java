package io.forbear.retry.redis;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;

/** The same budget over every client that the module knows, with a real server that works, fails and comes back. */
class StoresTest {

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    static Stream<Arguments> stores() {
        return Stream.of(
                store("Lettuce", test -> test.server.store()),
                store("Jedis", StoresTest::jedis),
                store(
                        "Spring's reactive template",
                        test -> SpringStore.of(new ReactiveStringRedisTemplate(test.factory()))),
                store("Spring's template", test -> SpringStore.of(new StringRedisTemplate(test.factory()))));
    }

    private static Arguments store(String name, Function<StoresTest, StoreConnection> maker) {
        return Arguments.of(name, maker);
    }

    private final RedisServer server = open(RedisServer.start());

    private StoreConnection jedis() {
        return JedisStore.of(open(RedisClient.builder()
                .hostAndPort("127.0.0.1", server.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .socketTimeoutMillis(500)
                        .build())
                .build()));
    }

    private LettuceConnectionFactory factory() {
        LettuceConnectionFactory factory = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", server.port()),
                LettuceClientConfiguration.builder()
                        .commandTimeout(Duration.ofMillis(500))
                        .build());
        factory.afterPropertiesSet();
        factory.start();
        opened.add(factory::destroy);
        return factory;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stores")
    void leasesAndTellsWhyItDoesNotAndLeasesAgain(String name, Function<StoresTest, StoreConnection> maker) {
        FleetBudget fleet = open(FleetBudget.builder(maker.apply(this), "users")
                .leaseTimeout(Duration.ofSeconds(2))
                .build());
        RetryBudget budget = fleet.create(NanoClock.system());
        awaitLeased(fleet, budget);

        server.commands().scriptFlush();
        long granted = fleet.snapshot().granted();
        Await.until(
                "a grant after the script was flushed",
                () -> withdraw(budget)
                        && fleet.snapshot().granted() > granted
                        && fleet.snapshot().state() == FleetState.LEASED);

        server.commands().replicaof("127.0.0.1", 1);
        awaitFloor(FloorReason.READ_ONLY, fleet, budget);
        server.commands().replicaofNoOne();
        awaitLeased(fleet, budget);

        server.kill();
        Await.until("the floor", () -> {
            withdraw(budget);
            return fleet.snapshot().reason() == FloorReason.UNREACHABLE
                    || fleet.snapshot().reason() == FloorReason.TIMEOUT;
        });
        server.restart();
        awaitLeased(fleet, budget);
    }

    private static void awaitFloor(FloorReason reason, FleetBudget fleet, RetryBudget budget) {
        Await.until(reason.name(), () -> {
            withdraw(budget);
            return fleet.snapshot().reason() == reason;
        });
    }

    private static void awaitLeased(FleetBudget fleet, RetryBudget budget) {
        Await.until("a lease", () -> {
            withdraw(budget);
            return fleet.snapshot().state() == FleetState.LEASED;
        });
    }

    private static boolean withdraw(RetryBudget budget) {
        return budget.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0) >= 0;
    }
}
