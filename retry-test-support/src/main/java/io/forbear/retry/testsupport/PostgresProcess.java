package io.forbear.retry.testsupport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL of its own for a test, on loopback and with a directory of its own. It runs as another user where the
 * test runs as root, which PostgreSQL refuses. The driver is on the class path of the test.
 */
public final class PostgresProcess implements AutoCloseable {

    /** Where Debian installs it: one folder for each version. */
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    /** Whom Debian's package makes, and who is everywhere. */
    private static final List<String> OTHER_USERS = List.of("postgres", "nobody");

    /** What a test that is skipped says. */
    public static final String MISSING = "SKIPPED: PostgreSQL is not installed (Debian: apt install postgresql)";

    private final Path folder;
    private final Process process;
    private final int port;

    private PostgresProcess(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server; skips the test, and says so, where none is installed.
     *
     * @return a server that answers
     */
    public static PostgresProcess start() throws IOException, InterruptedException {
        Optional<PostgresProcess> server = startIfInstalled();
        assumeTrue(server.isPresent(), MISSING);
        return server.get();
    }

    /** Starts a server; says so, where none is installed. */
    public static Optional<PostgresProcess> startIfInstalled() throws IOException, InterruptedException {
        Optional<Path> programs = programs();
        if (programs.isEmpty()) {
            System.err.println(MISSING);
            return Optional.empty();
        }
        return Optional.of(start(programs.get()));
    }

    /** Returns the folder of its programs; empty where it is not installed. */
    private static Optional<Path> programs() throws IOException {
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                return versions.filter(version -> Files.isExecutable(version.resolve("bin/initdb")))
                        .max(Comparator.comparingInt(PostgresProcess::number))
                        .map(version -> version.resolve("bin"));
            }
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                .findFirst();
    }

    private static int number(Path version) {
        try {
            return Integer.parseInt(version.getFileName().toString());
        } catch (NumberFormatException other) {
            return 0;
        }
    }

    private static PostgresProcess start(Path programs) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("forbear-postgres");
        List<String> as = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            UserPrincipal user = otherUser();
            Files.setOwner(folder, user);
            as.addAll(List.of("setpriv", "--reuid", user.getName(), "--clear-groups", "--inh-caps=-all"));
        }
        Path data = folder.resolve("data");
        Process init = command(
                        folder,
                        as,
                        programs.resolve("initdb").toString(),
                        "-D",
                        data.toString(),
                        "-U",
                        "test",
                        "-N",
                        "--auth=trust",
                        "--locale=C",
                        "-E",
                        "UTF8")
                .start();
        if (!init.waitFor(2, TimeUnit.MINUTES) || init.exitValue() != 0) {
            init.destroyForcibly();
            throw new IOException("initdb: failed; see " + folder + "/log");
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = command(
                        folder,
                        as,
                        programs.resolve("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-p",
                        "" + port,
                        "-h",
                        "127.0.0.1",
                        "-k",
                        "",
                        "-F")
                .start();
        PostgresProcess server = new PostgresProcess(folder, process, port);
        server.awaitStart();
        return server;
    }

    private static UserPrincipal otherUser() throws IOException {
        for (String name : OTHER_USERS) {
            Optional<UserPrincipal> user = user(name);
            if (user.isPresent()) {
                return user.get();
            }
        }
        throw new IOException("user: none of " + OTHER_USERS + " (expected: one that PostgreSQL may run as)");
    }

    private static Optional<UserPrincipal> user(String name) throws IOException {
        try {
            return Optional.of(
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name));
        } catch (UserPrincipalNotFoundException absent) {
            return Optional.empty();
        }
    }

    private static ProcessBuilder command(Path folder, List<String> as, String... command) {
        List<String> all = new ArrayList<>(as);
        all.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile());
        return builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    }

    private void awaitStart() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (process.isAlive() && System.nanoTime() < end) {
            try (Connection connection = DriverManager.getConnection(url())) {
                if (connection.isValid(10)) {
                    return;
                }
            } catch (SQLException notYet) {
                Thread.sleep(50);
            }
        }
        String log = Files.readString(folder.resolve("log"));
        close();
        throw new IOException("postgres: did not start:\n" + log);
    }

    /** Returns the URL of its database, for JDBC. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=test";
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupt) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
