package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Classification;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs the example of the README, and sees that it is the one that stands there. */
class ReadmeTest {

    @Test
    void theExampleRetriesAServiceThatFailsTwice() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(requests.incrementAndGet() <= 2 ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/users/42");

            assertThat(get(uri)).isEqualTo("hello");

            assertThat(requests).hasValue(3);
        } finally {
            server.stop(0);
        }
    }

    private static String get(URI uri) throws Exception {
        // README begins
        Retry users = Retries.named("user-service")
                .policy(RetryPolicy.builder()
                        .classifyResult(HttpResponse.class, r -> Classification.ofHttpStatus(r.statusCode()))
                        .deadline(Duration.ofSeconds(3))
                        .build())
                .build();

        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        HttpResponse<String> response = users.call(() -> http.send(request, BodyHandlers.ofString()));
        // README ends
        return response.body();
    }

    @Test
    void theReadmeShowsTheExampleThatRuns() throws IOException {
        assertThat(Documents.read("README.md")).contains(Documents.example(ReadmeTest.class, "README"));
    }
}
