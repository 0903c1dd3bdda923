package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.micrometer.cloudwatch2.CloudWatchConfig;
import io.micrometer.cloudwatch2.CloudWatchMeterRegistry;
import io.micrometer.core.instrument.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;

/** What Amazon's own client sends to CloudWatch, to a receiver on loopback that decodes it. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloudWatchTest {

    private static final Path DASHBOARD = ShippedQueries.SHIPPED.resolve("cloudwatch/retries.json");
    /** A schema as SEARCH has it, then the name of a metric. */
    private static final Pattern SEARCH = Pattern.compile("\\{Forbear,([a-z.,\"]+)\\} MetricName=\"([^\"]+)\"");

    private static final byte[] NOTHING = {(byte) 0xA0};

    /** One datum of a PutMetricData. */
    private record Datum(String name, Map<String, String> dimensions, double value) {}

    private final ObjectMapper cbor = new ObjectMapper(new CBORFactory());
    private final ConcurrentLinkedQueue<JsonNode> requests = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private CloudWatchAsyncClient client;
    private CloudWatchMeterRegistry registry;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::receive);
        server.start();
        client = CloudWatchAsyncClient.builder()
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .build();
        Map<String, String> settings =
                Map.of("cloudwatch.namespace", "Forbear", "cloudwatch.batchSize", "1000", "cloudwatch.step", "PT24H");
        CloudWatchConfig config = settings::get;
        registry = new CloudWatchMeterRegistry(config, Clock.SYSTEM, client);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream body = packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            requests.add(cbor.readTree(body));
        }
        exchange.getResponseHeaders().set("Content-Type", "application/cbor");
        exchange.getResponseHeaders().set("smithy-protocol", "rpc-v2-cbor");
        exchange.sendResponseHeaders(200, NOTHING.length);
        exchange.getResponseBody().write(NOTHING);
        exchange.close();
    }

    /** Closes the registry, which publishes the step that has begun, and returns what arrived. */
    private List<Datum> published() {
        registry.close();
        List<Datum> data = new ArrayList<>();
        for (JsonNode request : requests) {
            assertThat(request.path("Namespace").asText()).isEqualTo("Forbear");
            assertThat(request.path("MetricData").size()).isBetween(1, 1_000);
            for (JsonNode datum : request.path("MetricData")) {
                Map<String, String> dimensions = new TreeMap<>();
                for (JsonNode dimension : datum.path("Dimensions")) {
                    dimensions.put(
                            dimension.path("Name").asText(),
                            dimension.path("Value").asText());
                }
                data.add(new Datum(
                        datum.path("MetricName").asText(),
                        dimensions,
                        datum.path("Value").asDouble()));
            }
        }
        assertThat(data).isNotEmpty();
        return data;
    }

    private Retry named(String name) {
        return Retries.named(name)
                .policy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Backoff.fixed(Duration.ofMillis(1)))
                        .build())
                .listener(MicrometerRetry.builder(registry)
                        .maxServices(5)
                        .durations()
                        .build())
                .build();
    }

    @Test
    void theCountsThatArriveAreThoseOfTheCallers() throws IOException {
        Retry users = named("users");
        for (int i = 0; i < 20; i++) {
            int call = i;
            int[] attempts = {0};
            users.forClient("client-" + i).call(() -> {
                if (call % 10 == 0 && attempts[0]++ == 0) {
                    throw new IOException("down");
                }
                return "done";
            });
        }

        List<Datum> data = published();
        assertThat(sum(data, "forbear.calls.count")).isEqualTo(20);
        assertThat(sum(data, "forbear.attempts.count")).isEqualTo(22);
        assertThat(data)
                .filteredOn(datum -> "recovered".equals(datum.dimensions().get("outcome")))
                .filteredOn(datum -> datum.name().equals("forbear.calls.count"))
                .extracting(Datum::value)
                .containsExactly(2.0);
        assertThat(data).allSatisfy(datum -> {
            assertThat(datum.name()).startsWith("forbear.");
            assertThat(datum.dimensions()).hasSizeLessThanOrEqualTo(3).containsEntry("retry.service", "users");
        });
    }

    private static double sum(List<Datum> data, String name) {
        return data.stream()
                .filter(datum -> datum.name().equals(name))
                .mapToDouble(Datum::value)
                .sum();
    }

    @Test
    void whatIsPaidForIsBoundedHoweverManyServicesAndClients() {
        for (int service = 0; service < 40; service++) {
            Retry retry = named("service-" + service);
            for (int client = 0; client < 50; client++) {
                retry.forClient("client-" + client).call(() -> "done");
            }
        }

        List<Datum> data = published();
        Set<List<Object>> metrics = new HashSet<>();
        data.forEach(datum -> metrics.add(List.of(datum.name(), datum.dimensions())));
        assertThat(data.stream()
                        .map(datum -> datum.dimensions().get("retry.service"))
                        .collect(Collectors.toSet()))
                .hasSize(6)
                .contains("other");
        System.out.println(
                "CloudWatch: " + metrics.size() + " metrics of 6 services, " + requests.size() + " requests");
        assertThat(metrics).hasSameSizeAs(data).hasSizeLessThan(6 * 120);
        assertThat(data).noneMatch(datum -> datum.dimensions().containsValue("client-1"));
    }

    @Test
    void theShippedDashboardNamesOnlyMetricsThatExist() throws IOException {
        named("users").call(() -> "done");
        Set<String> known = new TreeSet<>();
        for (Datum datum : published()) {
            known.add(String.join(",", datum.dimensions().keySet()) + " " + datum.name());
        }

        Set<String> named = new TreeSet<>();
        for (JsonNode widget :
                new ObjectMapper().readTree(Files.readString(DASHBOARD)).path("widgets")) {
            String metrics =
                    widget.path("properties").path("metrics").toString().replace("\\\"", "\"");
            Matcher matcher = SEARCH.matcher(metrics);
            int found = 0;
            while (matcher.find()) {
                found++;
                named.add(matcher.group(1).replace("\"", "") + " " + matcher.group(2));
            }
            assertThat(found)
                    .describedAs("%s", widget)
                    .isPositive()
                    .isEqualTo(metrics.split("MetricName=", -1).length - 1);
        }
        assertThat(named).hasSizeGreaterThan(7);
        assertThat(known).containsAll(named);
    }
}
