package io.forbear.retry.testsupport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A real server on the loopback address, without persistence: the one that the environment variable
 * {@value #SERVER} names, else Redis where it is installed, else Valkey.
 */
public final class RedisProcess implements AutoCloseable {

    private static final String SERVER = "FORBEAR_REDIS_SERVER";
    private static final String REDIS = "redis-server";
    private static final String VALKEY = "valkey-server";

    /** What a replica writes of its leader. */
    private static final String COPY = "dump.rdb";

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** A port that was free may be another process's a moment later, or too high for a node of a cluster. */
    private static final int MOST_PORTS = 20;

    private final List<String> command;
    private final Path folder = newFolder();
    private final int port;
    private Process process;

    private RedisProcess(String binary, int port, List<String> more) {
        this.command = new ArrayList<>(List.of(binary, "--port", Integer.toString(port)));
        command.addAll(List.of(
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder.toString(),
                "--dbfilename",
                COPY));
        command.addAll(more);
        this.port = port;
        this.process = launch();
    }

    /**
     * Starts a server; skips the test, and says so, where none is installed.
     *
     * @param more further arguments
     * @return a server that answers
     */
    public static RedisProcess start(String... more) {
        String named = System.getenv(SERVER);
        String binary = named == null || named.isEmpty() ? find(REDIS, VALKEY) : named;
        return orSkip(binary, "SKIPPED: neither redis-server nor valkey-server is on the path", more);
    }

    /**
     * Starts Valkey, whatever else is installed; skips the test, and says so, where it is not.
     *
     * @return a server that answers
     */
    public static RedisProcess startValkey() {
        return orSkip(find(VALKEY), "SKIPPED: valkey-server is not on the path");
    }

    private static RedisProcess orSkip(String binary, String missing, String... more) {
        if (binary.isEmpty()) {
            System.err.println(missing);
        }
        assumeTrue(!binary.isEmpty(), missing);
        for (int tries = 1; ; tries++) {
            try {
                return new RedisProcess(binary, freePort(), List.of(more));
            } catch (EndedException taken) {
                if (tries == MOST_PORTS) {
                    throw taken;
                }
            }
        }
    }

    /** Returns the first of some programs that is on the path, or nothing. */
    public static String find(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(path -> path.toFile().canExecute())
                .map(Path::toString)
                .findFirst()
                .orElse("");
    }

    /** Returns a folder for the copy that a replica makes of its leader. */
    private static Path newFolder() {
        try {
            return Files.createTempDirectory("redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (!answers(started)) {
                if (!started.isAlive()) {
                    delete(folder);
                    throw new EndedException(command + ": ended (expected: a server that runs)");
                }
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("not within 60 s: the server answers");
                }
                LockSupport.parkNanos(2_000_000);
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether the process answers itself, and no other one that has been given its port meanwhile. */
    private boolean answers(Process started) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\nINFO server\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            if (!"+PONG".equals(line)) {
                return false;
            }
            while (line != null && !line.startsWith("process_id:")) {
                line = in.readLine();
            }
            return ("process_id:" + started.pid()).equals(line);
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The process ended before it answered. */
    private static final class EndedException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        EndedException(String message) {
            super(message);
        }
    }

    public int port() {
        return port;
    }

    /** Stops the process without closing its connections, as a machine that hangs does. */
    public void freeze() {
        signal("-STOP");
    }

    public void thaw() {
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

    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again on the same port, empty. */
    public void restart() {
        delete(folder.resolve(COPY));
        process = launch();
    }

    @Override
    public void close() {
        thaw();
        kill();
        delete(folder.resolve(COPY));
        delete(folder);
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
