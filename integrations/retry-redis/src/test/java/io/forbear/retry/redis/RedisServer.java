package io.forbear.retry.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real server on the loopback address, without persistence: Valkey where it is installed, otherwise Redis. */
final class RedisServer implements AutoCloseable {

    private final String binary;
    private final int port;
    private final RedisClient client;
    private Process process;

    private RedisServer(String binary, int port) {
        this.binary = binary;
        this.port = port;
        this.process = launch();
        this.client = RedisClient.create(uri(""));
        this.client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
    }

    /** Starts a server; skips the test, and says so, where none is installed. */
    static RedisServer start() {
        String binary = binary();
        if (binary.isEmpty()) {
            System.err.println("SKIPPED: neither valkey-server nor redis-server is on the path");
        }
        assumeTrue(!binary.isEmpty(), "SKIPPED: neither valkey-server nor redis-server is on the path");
        return new RedisServer(binary, freePort());
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String binary() {
        return Stream.of("valkey-server", "redis-server")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(path -> path.toFile().canExecute())
                .map(Path::toString)
                .findFirst()
                .orElse("");
    }

    private Process launch() {
        try {
            List<String> command = new ArrayList<>(List.of(binary, "--port", Integer.toString(port)));
            command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Await.until("the server answers", () -> answersPing(port));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean answersPing(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    RedisURI uri(String user) {
        RedisURI.Builder uri = RedisURI.builder().withHost("127.0.0.1").withPort(port);
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
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again on the same port, empty. */
    void restart() {
        process = launch();
    }

    @Override
    public void close() {
        thaw();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        kill();
    }
}
