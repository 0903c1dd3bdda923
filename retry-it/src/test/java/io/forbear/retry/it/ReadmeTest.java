package io.forbear.retry.it;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Operation;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.http.HttpRetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Runs the examples of the README, and sees that they are those that stand there. */
class ReadmeTest {

    private final List<List<Integer>> sent = new ArrayList<>();

    @Test
    void theExampleRetriesAServiceThatFailsTwice() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = server(() -> requests.incrementAndGet() <= 2 ? 503 : 200);
        try {
            loadsClasses(uri(server));
            requests.set(0);

            assertThat(get(uri(server))).isEqualTo("hello");

            assertThat(requests).hasValue(3);
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer server(IntSupplier status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status.getAsInt(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/users/42");
    }

    /** Makes the first calls, which may take longer than the deadline of the example. */
    private static void loadsClasses(URI uri) throws Exception {
        HttpRetry.over(HttpClient.newHttpClient(), Retries.named("first").build())
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static String get(URI uri) throws Exception {
        // README begins
        Retry users = Retries.named("user-service")
                .policy(RetryPolicy.builder().deadline(Duration.ofSeconds(3)).build())
                .build();

        HttpClient http = HttpRetry.over(HttpClient.newHttpClient(), users);
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        // README ends
        return response.body();
    }

    @Test
    void theOtherWaysToCallRunToo() throws Exception {
        CountDownLatch asked = new CountDownLatch(5);
        HttpServer server = server(() -> {
            asked.countDown();
            return 200;
        });
        Retry users = Retries.named("user-service")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofMillis(1)))
                        .build())
                .build();
        try {
            calls(users, HttpRequest.newBuilder(uri(server)).build(), List.of(1, 2, 3), new Properties());

            assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(sent).containsExactly(List.of(1, 2, 3), List.of(2, 3), List.of(3));
        } finally {
            server.stop(0);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as it stands in the README
    private void calls(Retry users, HttpRequest request, List<Integer> ids, Properties properties) throws Exception {
        HttpClient http = HttpRetry.over(HttpClient.newHttpClient(), users);
        HttpClient bare = HttpClient.newHttpClient();
        UserClient client = id -> bare.send(request, BodyHandlers.ofString());
        String id = "42";
        Operation<HttpResponse<String>, Exception> get = () -> client.get(id);
        HttpResponse<String> cached = null;
        // lines begins
        http.sendAsync(request, BodyHandlers.ofString());
        users.call(() -> client.get(id));
        users.forClient("tenant-42").call(get);
        users.with(CallOptions.defaults().deadline(ofMillis(800)).nonIdempotent())
                .call(get);
        users.callForOutcome(get).orElse(outcome -> cached);
        users.callBatch(ids, left -> BatchOutcome.unprocessed(put(left)));
        users.snapshot();
        RetryRegistry.load(properties).get("user-service");
        // lines ends
    }

    /** The client of another library. */
    @FunctionalInterface
    private interface UserClient {
        HttpResponse<String> get(String id) throws Exception;
    }

    /** Takes the first of the items. */
    private List<Integer> put(List<Integer> items) {
        sent.add(items);
        return items.subList(1, items.size());
    }

    @Test
    void theReadmeShowsTheLinesThatRunWithTheirOperationLeftOut() throws IOException {
        String lines = Documents.example(ReadmeTest.class, "lines").replace("call(get)", "call(...)");

        assertThat(words(Documents.read("README.md").replaceAll("(?m) +// .*$", "")))
                .contains(words(lines));
    }

    @Test
    void theReadmeShowsTheExampleThatRuns() throws IOException {
        assertThat(words(Documents.read("README.md"))).contains(words(Documents.example(ReadmeTest.class, "README")));
    }

    /** Returns a text without its line breaks and spaces: the page breaks lines where a reader wants them. */
    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }
}
