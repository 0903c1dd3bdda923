package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorCategory;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that cannot be used from the start: the process starts, and the log says why there is no lease. */
class UnusableStoreTest {

    private final RedisServer server = RedisServer.start();
    private final Logger logger = Logger.getLogger("io.forbear.retry");
    private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        server.close();
    }

    private static FleetBudget budget(StoreConnection store) {
        return FleetBudget.builder(store, "users")
                .leaseTimeout(Duration.ofSeconds(5))
                .build();
    }

    private static StoreConnection connecting(RedisClient client, RedisURI uri) {
        return LettuceStore.connecting(
                () -> client.connectAsync(StringCodec.UTF8, uri).thenApply(StatefulRedisConnection::async));
    }

    private void awaitLogged(String text) {
        Await.until(text, () -> List.copyOf(logged).stream().anyMatch(line -> line.contains(text)));
    }

    @Test
    void aProcessStartsWhileTheStoreIsDownAndLeasesOnceItIsUp() throws Exception {
        server.kill();
        RedisClient client = RedisClient.create();
        try (FleetBudget fleet = budget(connecting(client, server.uri("")));
                Retry users = Retries.named("users").budget(fleet).build()) {
            AtomicInteger attempts = new AtomicInteger();
            String result = users.call(() -> {
                if (attempts.incrementAndGet() == 1) {
                    throw new IOException("connection reset");
                }
                return "ok";
            });

            assertThat(result).as("by the floor").isEqualTo("ok");
            Await.until("the reason", () -> fleet.snapshot().reason() == FloorReason.UNREACHABLE);
            awaitLogged("fleet budget users: no lease: UNREACHABLE (Unable to connect to 127.0.0.1");

            server.restart();
            Await.until("a lease", () -> fleet.snapshot().state() == FleetState.LEASED);
            long leases = fleet.snapshot().leases();
            RetryBudget budget = fleet.create(NanoClock.system());
            Await.until("a message on the connection that was made", () -> {
                budget.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0);
                return fleet.snapshot().leases() > leases;
            });
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aWrongPasswordIsNotPermitted() {
        RedisClient client = RedisClient.create();
        try (FleetBudget fleet = budget(connecting(client, server.uri("nobody")))) {
            fleet.create(NanoClock.system());

            awaitLogged("no lease: NOT_PERMITTED (Unable to connect to 127.0.0.1");
            awaitLogged("WRONGPASS");
            assertThat(fleet.snapshot().reason()).isEqualTo(FloorReason.NOT_PERMITTED);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aClientThatCannotEvenBeginToConnectIsUnreachable() {
        StoreConnection store = LettuceStore.connecting(() -> {
            throw new IllegalStateException("the client was shut down");
        });
        try (FleetBudget fleet = budget(store)) {
            fleet.create(NanoClock.system());

            awaitLogged("no lease: UNREACHABLE (the client was shut down);");
        }
    }

    @Test
    void aUserWhoMayNotDoWhatTheScriptDoesIsNotPermitted() {
        server.commands()
                .aclSetuser(
                        "fleet",
                        AclSetuserArgs.Builder.on()
                                .addPassword("secret")
                                .allKeys()
                                .addCommand(CommandType.EVAL)
                                .addCommand(CommandType.EVALSHA));
        try (FleetBudget fleet =
                budget(LettuceStore.of(server.connectAs("fleet").async()))) {
            fleet.create(NanoClock.system());

            awaitLogged("no lease: NOT_PERMITTED (ERR ");
        }
    }

    @Test
    void theCodelessErrorsOfAllServersThatRefuseInsideOfAScriptAreKnown() {
        assertThat(FloorReason.of(new CompletionException(new IllegalStateException(
                        "ERR The user executing the script can't run this command or subcommand script: 79c0"))))
                .as("Redis 7.0")
                .isEqualTo(FloorReason.NOT_PERMITTED);
        assertThat(FloorReason.of(new IllegalStateException("ERR ACL failure in script: User weak has no permissions")))
                .as("Valkey 8, Redis 7.2")
                .isEqualTo(FloorReason.NOT_PERMITTED);
        assertThat(FloorReason.of(new IllegalStateException("ERR unknown command")))
                .isEqualTo(FloorReason.ERROR);
    }

    @Test
    void aKeyOfAnotherProgramIsNamedInTheLog() {
        server.commands().set("forbear:{users}:pot", "not ours");
        try (FleetBudget fleet = budget(server.store())) {
            fleet.create(NanoClock.system());

            awaitLogged("no lease: ERROR (WRONGTYPE Operation against a key holding the wrong kind of value");
        }
    }
}
