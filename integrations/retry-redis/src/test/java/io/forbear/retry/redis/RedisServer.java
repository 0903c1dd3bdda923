package io.forbear.retry.redis;

import io.forbear.retry.testsupport.RedisProcess;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;

/** A real server on the loopback address, and a client of it. */
final class RedisServer implements AutoCloseable {

    private final RedisProcess process;
    private final RedisClient client;

    private RedisServer(RedisProcess process) {
        this.process = process;
        this.client = RedisClient.create(uri(""));
        this.client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
    }

    /** Starts a server; skips the test, and says so, where none is installed. */
    static RedisServer start() {
        return new RedisServer(RedisProcess.start());
    }

    /** Starts Valkey; skips the test, and says so, where it is not installed. */
    static RedisServer startValkey() {
        return new RedisServer(RedisProcess.startValkey());
    }

    /** Starts a server that has copied this one and follows it. */
    RedisServer startReplica() {
        RedisServer replica = new RedisServer(RedisProcess.start(
                "--replicaof", "127.0.0.1", Integer.toString(port()), "--repl-diskless-sync-delay", "0"));
        RedisCommands<String, String> commands = replica.commands();
        Await.until("the replica follows", () -> commands.info("replication").contains("master_link_status:up"));
        return replica;
    }

    /** Becomes a primary that listens where another one did, as a name or an address that moves. */
    void takeOver(int portOfAnother) {
        RedisCommands<String, String> commands = commands();
        commands.replicaofNoOne();
        commands.configSet("port", Integer.toString(portOfAnother));
    }

    int port() {
        return process.port();
    }

    RedisURI uri(String user) {
        RedisURI.Builder uri = RedisURI.builder().withHost("127.0.0.1").withPort(port());
        uri.withTimeout(Duration.ofSeconds(10));
        return user.isEmpty()
                ? uri.build()
                : uri.withAuthentication(user, "secret").build();
    }

    /** Opens a connection, which is closed with the server. */
    StatefulRedisConnection<String, String> connect() {
        return client.connect();
    }

    StatefulRedisConnection<String, String> connectAs(String user) {
        return client.connect(uri(user));
    }

    StoreConnection store() {
        return LettuceStore.of(connect().async());
    }

    RedisCommands<String, String> commands() {
        return connect().sync();
    }

    /** Stops the process without closing its connections, as a machine that hangs does. */
    void freeze() {
        process.freeze();
    }

    void thaw() {
        process.thaw();
    }

    void kill() {
        process.kill();
    }

    /** Starts it again on the same port, empty. */
    void restart() {
        process.restart();
    }

    @Override
    public void close() {
        thaw();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        process.close();
    }
}
