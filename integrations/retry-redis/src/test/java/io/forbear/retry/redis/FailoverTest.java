package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testsupport.RedisProcess;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A failover as that of ElastiCache: two real servers, one the replica of the other, and a name that stands for the
 * primary. The operation asks for its connection by that name in each attempt, as the guide of AWS advises.
 */
class FailoverTest {

    private RedisProcess first;
    private RedisProcess second;
    private RedisClient client;
    private volatile RedisProcess primary;

    private final Map<Integer, StatefulRedisConnection<String, String>> connections = new ConcurrentHashMap<>();
    private final Set<Integer> lost = ConcurrentHashMap.newKeySet();
    private final List<ErrorCategory> retried = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        first = RedisProcess.start();
        second = RedisProcess.start("--replicaof", "127.0.0.1 " + first.port());
        primary = first;
        client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        Await.until(
                "the replica follows",
                () -> commands(second).info("replication").contains("master_link_status:up"));
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        for (RedisProcess server : new RedisProcess[] {second, first}) {
            if (server != null) {
                server.close();
            }
        }
    }

    private RedisCommands<String, String> commands(RedisProcess server) {
        return connections.computeIfAbsent(server.port(), this::connect).sync();
    }

    private StatefulRedisConnection<String, String> connect(int port) {
        StatefulRedisConnection<String, String> connection = client.connect(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withTimeout(Duration.ofSeconds(60))
                .build());
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                lost.add(port);
            }
        });
        return connection;
    }

    /**
     * Kills a server and waits until its client knows: a command that is sent in between would wait for its time-out,
     * a minute, for the server to come back.
     */
    private void kill(RedisProcess server) {
        server.kill();
        Await.until("the connection is lost", () -> lost.contains(server.port()));
    }

    private RedisCommands<String, String> primary() {
        return commands(primary);
    }

    /** Makes the replica the primary; the name stands for it from now on. */
    private void promote(RedisProcess replica) {
        commands(replica).replicaofNoOne();
        primary = replica;
    }

    private Retry retry(RetryPolicy.Builder policy, Runnable beforeEachRetry) {
        return Retries.named("sessions")
                .policy(policy.maxAttempts(10_000) // a client looks for its server more seldom the longer it is gone
                        .backoff(Backoff.fixed(Duration.ofMillis(20)))
                        .classifier(RedisClassifier.create())
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .listener(new RetryListener() {
                    @Override
                    public void onRetry(FailedAttempt failed, Duration delay) {
                        retried.add(failed.classification().category());
                        beforeEachRetry.run();
                    }
                })
                .build();
    }

    @Test
    void aWriteThatAReplicaRefusesIsMadeOnceWhereItMustNotRunTwice() {
        try (Retry retry = retry(RetryPolicy.builder().nonIdempotent(), () -> primary = first)) {
            primary = second; // the name is not up to date
            assertThatThrownBy(() -> commands(second).incr("n")).isInstanceOf(RedisReadOnlyException.class);

            assertThat(retry.call(() -> primary().incr("n"))).isEqualTo(1);

            assertThat(retried).containsExactly(ErrorCategory.TRANSIENT);
        }
    }

    /** The old primary lives on as a replica, and keeps its connections: as in a failover that an operator asks for. */
    @Test
    void countsAreRightAfterAFailoverThatDemotesThePrimary() {
        try (Retry retry = retry(RetryPolicy.builder().nonIdempotent(), () -> primary = second)) {
            for (int i = 1; i <= 50; i++) {
                if (i == 20) {
                    long given = commands(first).waitForReplication(1, 60_000);
                    assertThat(given).isEqualTo(1);
                    commands(second).replicaofNoOne();
                    commands(first).replicaof("127.0.0.1", second.port());
                }
                retry.call(() -> primary().incr("n"));
            }

            assertThat(commands(second).get("n")).isEqualTo("50");
            assertThat(retried).containsExactly(ErrorCategory.TRANSIENT);
        }
    }

    @Test
    void everyWriteThatWasAcknowledgedIsAtThePromotedReplicaAfterThePrimaryDied() {
        try (Retry retry = retry(RetryPolicy.builder(), () -> {
            if (primary == first && retried.size() > 2) {
                promote(second);
            }
        })) {
            for (int i = 1; i <= 50; i++) {
                if (i == 20) {
                    kill(first);
                }
                String key = "key" + i;
                retry.call(() -> {
                    RedisCommands<String, String> now = primary();
                    now.set(key, "written");
                    if (primary == first && now.waitForReplication(1, 60_000) < 1) {
                        throw new IllegalStateException("not replicated: " + key);
                    }
                    return key;
                });
            }

            for (int i = 1; i <= 50; i++) {
                assertThat(commands(second).get("key" + i)).isEqualTo("written");
            }
            assertThat(retried).isNotEmpty().allMatch(ErrorCategory.NETWORK_ERROR::equals);
        }
    }

    @Test
    void aServerThatComesBackOnItsPortIsReachedByTheConnectionThatThereWas() {
        try (Retry retry = retry(RetryPolicy.builder().nonIdempotent(), () -> {
            if (retried.size() == 3) {
                first.restart();
            }
        })) {
            primary().set("k", "before");
            kill(first);

            assertThat(retry.call(() -> primary().set("k", "after"))).isEqualTo("OK");

            assertThat(commands(first).get("k")).isEqualTo("after");
            assertThat(retried).hasSizeGreaterThanOrEqualTo(3).allMatch(ErrorCategory.NETWORK_ERROR::equals);
        }
    }
}
