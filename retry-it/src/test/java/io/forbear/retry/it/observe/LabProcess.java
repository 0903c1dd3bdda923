package io.forbear.retry.it.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command {@code retry-lab storm} in a process of its own, as a user starts it. */
final class LabProcess implements AutoCloseable {

    private static final Pattern METRICS = Pattern.compile("(?m)^Metrics: .*:(\\d+)/metrics");
    private static final long PATIENCE_SECONDS = 300;

    private final Path folder;
    private final Process process;

    LabProcess(Path folder, Map<String, String> environment, String... options) throws IOException {
        this.folder = folder;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.forbear.retry.lab.RetryLab",
                "storm",
                "--out",
                folder.toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    private Path log() {
        return folder.resolve("lab.log");
    }

    /** Waits until the lab says where it serves its metrics. */
    int metricsPort() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            Matcher line = METRICS.matcher(Files.readString(log(), ISO_8859_1));
            if (line.find()) { // whole: the lab may be writing it
                return Integer.parseInt(line.group(1));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError(Files.readString(log()));
    }

    /** Waits for the end, and returns the figures of the policies by name. */
    JsonNode figures() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).describedAs(Files.readString(log())).isZero();
        return new ObjectMapper().readTree(folder.resolve("storm.json").toFile());
    }

    /** Waits for the end, which is to be a refusal, and returns its one line. */
    String refusal() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(log());
        assertThat(process.exitValue()).describedAs("%s", lines).isEqualTo(2);
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }

    static JsonNode policy(JsonNode figures, String name) {
        for (JsonNode policy : figures.path("policies")) {
            if (policy.path("name").asText().equals(name)) {
                return policy;
            }
        }
        throw new AssertionError(name + ": not run");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
