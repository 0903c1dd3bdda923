package io.forbear.examples;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.Pushback;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The first HTTP call: a service answers 503 twice, and then 200. */
final class FirstCall {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Retry users = newRetry();

    private static Retry newRetry() {
        return Retries.named("user-service")
                .policy(RetryPolicy.builder()
                        .classifyResult(HttpResponse.class, FirstCall::classify)
                        .deadline(Duration.ofSeconds(10))
                        .build())
                .build();
    }

    static Classification classify(HttpResponse<?> response) {
        String retryAfter = response.headers().firstValue("Retry-After").orElse("");
        return Classification.ofHttpStatus(response.statusCode(), Pushback.retryAfter(retryAfter));
    }

    String name(URI uri) throws IOException, InterruptedException {
        HttpResponse<String> response = users.callInterruptibly(() -> {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(Retries.remaining(Duration.ofSeconds(4)))
                    .build();
            return http.send(request, BodyHandlers.ofString());
        });
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        return response.body();
    }

    Retry retry() {
        return users;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        try (CountingServer server = CountingServer.answering(503, 503, 200)) {
            String name = new FirstCall().name(server.uri("/users/42"));
            System.out.println(name + " after " + server.requests() + " requests");
        }
    }
}
