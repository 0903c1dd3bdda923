package io.forbear.examples;

import io.forbear.retry.CallOutcome;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asynchronous calls: no thread waits between attempts. */
final class AsyncCalls {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Retry users = Retries.named("user-service")
            .policy(RetryPolicy.builder()
                    .classifyResult(HttpResponse.class, FirstCall::classify)
                    .attemptTimeout(Duration.ofSeconds(4))
                    .deadline(Duration.ofSeconds(10))
                    .build())
            .build();

    CompletableFuture<String> name(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        return users.callAsync(() -> http.sendAsync(request, BodyHandlers.ofString()))
                .thenApply(HttpResponse::body);
    }

    CompletableFuture<String> nameOrReason(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        return users.callAsyncForOutcome(() -> http.sendAsync(request, BodyHandlers.ofString()))
                .thenApply(AsyncCalls::nameOrReason);
    }

    private static String nameOrReason(CallOutcome<HttpResponse<String>> outcome) {
        HttpResponse<String> response = outcome.result();
        return outcome.isSuccess() && response != null
                ? response.body()
                : "unknown, " + outcome.stopReason().orElseThrow();
    }

    public static void main(String[] args) {
        try (CountingServer server = CountingServer.answering(503, 200)) {
            System.out.println(new AsyncCalls().name(server.uri("/users/42")).join());
        }
        try (CountingServer server = CountingServer.answering(404)) {
            System.out.println(
                    new AsyncCalls().nameOrReason(server.uri("/users/43")).join());
        }
    }
}
