package io.forbear.examples;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A POST that must not be carried out twice, and one that has an idempotency key. */
final class Orders {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Retry orders = Retries.named("order-service")
            .policy(RetryPolicy.builder()
                    .classifyResult(HttpResponse.class, FirstCall::classify)
                    .deadline(Duration.ofSeconds(10))
                    .refuseNested()
                    .build())
            .build();

    /** Repeated only where the server certainly did nothing: no connection, a status such as 425. */
    int post(URI uri, String order) throws IOException, InterruptedException {
        Retry once = orders.with(CallOptions.defaults().nonIdempotent());
        return once.callInterruptibly(() -> http.send(request(uri, order).build(), BodyHandlers.discarding()))
                .statusCode();
    }

    /** Repeated after every failure that is retried: the server knows the key and carries the order out once. */
    int postWithKey(URI uri, String order, String key) throws IOException, InterruptedException {
        return orders.callInterruptibly(() -> http.send(
                        request(uri, order).header("Idempotency-Key", key).build(), BodyHandlers.discarding()))
                .statusCode();
    }

    private static HttpRequest.Builder request(URI uri, String order) {
        return HttpRequest.newBuilder(uri)
                .header(AttemptHeader.NAME, AttemptHeader.value(Retries.currentAttempt()))
                .timeout(Retries.remaining(Duration.ofSeconds(4)))
                .POST(BodyPublishers.ofString(order));
    }

    /** What a server does with the header that {@link #request} sends: a call inside a retry is not retried. */
    static CallOptions received(String header) {
        return AttemptHeader.options(header, CallOptions.defaults());
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Orders orders = new Orders();
        try (CountingServer server = CountingServer.answering(500, 200)) {
            System.out.println("without a key: status " + orders.post(server.uri("/orders"), "a book") + ", "
                    + server.requests() + " request");
        }
        try (CountingServer server = CountingServer.answering(500, 200)) {
            System.out.println("with a key: status " + orders.postWithKey(server.uri("/orders"), "a book", "key-1")
                    + ", " + server.requests() + " requests");
        }
    }
}
