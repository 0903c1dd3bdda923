package io.forbear.examples;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.reactor.ForbearOperator;
import io.forbear.retry.reactor.ReactorAttempt;
import io.forbear.retry.reactor.ReactorRuntime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls as a {@code Mono} and a {@code Flux} of Reactor. */
final class Reactive {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Retry users = Retries.named("user-service")
            .runtime(ReactorRuntime.parallel())
            .policy(RetryPolicy.builder()
                    .classifyResult(HttpResponse.class, FirstCall::classify)
                    .attemptTimeout(Duration.ofSeconds(4))
                    .deadline(Duration.ofSeconds(10))
                    .build())
            .build();

    private Mono<HttpResponse<String>> send(HttpRequest.Builder request) {
        return Mono.fromFuture(() -> http.sendAsync(request.build(), BodyHandlers.ofString()));
    }

    Mono<String> name(URI uri) {
        return send(HttpRequest.newBuilder(uri))
                .transform(ForbearOperator.of(users))
                .map(HttpResponse::body);
    }

    Mono<String> nameWithAttempt(URI uri) {
        return Mono.deferContextual(context -> {
                    int attempt = ReactorAttempt.current(context).orElseThrow().number();
                    return send(HttpRequest.newBuilder(uri).header(AttemptHeader.NAME, AttemptHeader.value(attempt)));
                })
                .transform(ForbearOperator.of(users))
                .map(HttpResponse::body);
    }

    Flux<String> letters(URI uri) {
        return send(HttpRequest.newBuilder(uri))
                .flatMapMany(response -> response.statusCode() == 200
                        ? Flux.fromArray(response.body().split(""))
                        : Flux.error(new IllegalStateException("status " + response.statusCode())))
                .transform(ForbearOperator.of(users));
    }

    public static void main(String[] args) {
        try (CountingServer server = CountingServer.answering(503, 200)) {
            System.out.println(new Reactive().name(server.uri("/users/42")).block());
        }
        try (CountingServer server = CountingServer.answering(503, 200)) {
            System.out.println(
                    new Reactive().nameWithAttempt(server.uri("/users/42")).block() + " by attempts "
                            + server.attempts());
        }
        try (CountingServer server = CountingServer.answering(200)) {
            System.out.println(new Reactive()
                    .letters(server.uri("/users/42"))
                    .collectList()
                    .block());
        }
    }
}
