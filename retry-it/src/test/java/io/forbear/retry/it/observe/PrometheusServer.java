package io.forbear.retry.it.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** A real Prometheus on loopback that scrapes each second. */
final class PrometheusServer implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Process process;
    private final int port;

    /** Ends the test as skipped, and says so, where the command is not installed. */
    static String command(String name) {
        String found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(
                found != null, name + ": not found (expected: Debian's package prometheus); its tests are skipped");
        return found;
    }

    PrometheusServer(Path folder, int target, Path rules) throws IOException {
        this(folder, List.of(ScrapeTarget.of(target)), rules);
    }

    PrometheusServer(Path folder, List<ScrapeTarget> targets, Path rules) throws IOException {
        port = freePort();
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                """.formatted(rules.toAbsolutePath().normalize())
                        + targets.stream().map(ScrapeTarget::asJob).collect(Collectors.joining()));
        process = new ProcessBuilder(
                        command("prometheus"),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    JsonNode query(String query) throws IOException, InterruptedException {
        return get("query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }

    /** Returns what a query gave at each second from an instant to another. */
    JsonNode range(String query, long fromSecond, long toSecond) throws IOException, InterruptedException {
        JsonNode answer = get("query_range?step=1&start=%d&end=%d&query=%s"
                .formatted(fromSecond, toSecond, URLEncoder.encode(query, StandardCharsets.UTF_8)));
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(query + ": " + answer);
        }
        return answer.path("data").path("result");
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .build();
        return json.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /** Returns how many series a query has, negative where Prometheus does not answer yet or refuses it. */
    int series(String query) throws InterruptedException {
        try {
            JsonNode answer = query(query);
            return answer.path("status").asText().equals("success")
                    ? answer.path("data").path("result").size()
                    : -1;
        } catch (IOException notYet) {
            return -1;
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
