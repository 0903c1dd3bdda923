package io.forbear.retry.lab.storm;

import io.forbear.retry.redis.LettuceStore;
import io.forbear.retry.redis.StoreConnection;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Redis or Valkey on loopback for the time of a storm, without persistence. */
public final class LabStore implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int LOOK_MILLIS = 20;

    private final Process process;
    private final int port;

    private LabStore(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts the first of {@code valkey-server} and {@code redis-server} that is on the path.
     *
     * @return a server that answers
     * @throws IOException if it does not start
     * @throws InterruptedException if this thread is interrupted
     * @throws IllegalArgumentException if none is installed
     */
    public static LabStore start() throws IOException, InterruptedException {
        String binary = Stream.of("valkey-server", "redis-server")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, name)))
                .filter(path -> path.toFile().canExecute())
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--fleet-budget: no server (expected: valkey-server or redis-server on the PATH)"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(List.of(
                        binary,
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        LabStore store = new LabStore(process, port);
        for (int waited = 0; !store.answers(); waited += LOOK_MILLIS) {
            if (waited > PATIENCE_MILLIS || !process.isAlive()) {
                store.close();
                throw new IOException(binary + ": no answer (expected: within " + PATIENCE_MILLIS + " ms)");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return store;
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * Returns where it listens.
     *
     * @return a port of the loopback address
     */
    public int port() {
        return port;
    }

    /** Connects; the connection lives as long as the process of the clients. */
    static StoreConnection connect(int port) {
        RedisClient client = RedisClient.create("redis://127.0.0.1:" + port);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        return LettuceStore.of(client.connect().async());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
