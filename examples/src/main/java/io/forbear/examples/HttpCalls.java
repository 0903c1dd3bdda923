package io.forbear.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.http.CallOptionsFilter;
import io.forbear.retry.http.HttpRetry;
import io.forbear.retry.http.IncomingCall;
import io.forbear.retry.http.RepeatableBody;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** HTTP through the adapter: the client is one that retries. */
final class HttpCalls {

    private final Retry orders = Retries.named("order-service")
            .policy(RetryPolicy.builder()
                    .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(1)))
                    .deadline(Duration.ofSeconds(10))
                    .build())
            .build();

    private final HttpRetry http = HttpRetry.over(HttpClient.newHttpClient(), orders);

    String get(URI uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        return response.statusCode() == 200 ? response.body() : "status " + response.statusCode();
    }

    CompletableFuture<String> getAsync(URI uri) {
        return http.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    int post(URI uri, String order, String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(order))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    int upload(URI uri, Path file) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .PUT(RepeatableBody.of(BodyPublishers.ofInputStream(() -> open(file))))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static InputStream open(Path file) {
        try {
            return new FileInputStream(file.toFile());
        } catch (FileNotFoundException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** A server between two: its own calls know what the caller upstream said. */
    void serve(HttpServer server, URI backend) {
        server.createContext("/", exchange -> answer(exchange, backend))
                .getFilters()
                .add(new CallOptionsFilter());
    }

    private void answer(HttpExchange exchange, URI backend) throws IOException {
        CallOptions received = IncomingCall.current();
        HttpRequest request = HttpRequest.newBuilder(backend).build();
        try {
            int status =
                    http.with(received).send(request, BodyHandlers.discarding()).statusCode();
            exchange.sendResponseHeaders(status, -1);
        } catch (InterruptedException stopped) {
            exchange.sendResponseHeaders(503, -1);
        }
        exchange.close();
    }

    Retry retry() {
        return orders;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        HttpCalls calls = new HttpCalls();
        try (CountingServer server = CountingServer.answering(503, 200)) {
            System.out.println(calls.get(server.uri("/orders/1")) + " after " + server.requests() + " requests");
        }
        try (CountingServer server = CountingServer.answering(500, 200)) {
            System.out.println("status " + calls.post(server.uri("/orders"), "a book", "key-1") + " after "
                    + server.requests() + " requests");
        }
    }
}
