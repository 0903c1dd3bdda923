package io.forbear.retry.aws;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server that speaks the protocol of S3, in a process of its own; skipped loudly where it is not installed. */
public final class S3MockServer implements AutoCloseable {

    private static final Path HOME = Path.of("src", "test", "s3mock");

    private final Process process;
    private final URI uri;

    private S3MockServer(Process process, int port) {
        this.process = process;
        this.uri = URI.create("http://localhost:" + port);
    }

    /** Starts a server on a port of the loopback address. */
    public static S3MockServer start() {
        Path classPath = HOME.resolve("s3mock.classpath");
        String skipped = "SKIPPED: S3Mock is missing (mvn -f " + HOME + "/pom.xml dependency:build-classpath)";
        if (!Files.exists(classPath)) {
            System.err.println(skipped);
        }
        assumeTrue(Files.exists(classPath), skipped);
        try {
            int port = freePort();
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-cp",
                            Files.readString(classPath).trim(),
                            HOME.resolve("Start.java").toString(),
                            Integer.toString(port))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            while (line != null && !line.equals("ready")) {
                line = out.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("S3Mock: ended (expected: a server that runs)");
            }
            return new S3MockServer(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    public URI uri() {
        return uri;
    }

    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
