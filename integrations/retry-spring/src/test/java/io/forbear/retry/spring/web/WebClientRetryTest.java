package io.forbear.retry.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.http.NoResponseException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@link WebClientRetry} in a {@code WebClient}, over the client of the JDK. */
class WebClientRetryTest extends HttpFixture {

    private WebClient client(ExchangeFilterFunction... filters) {
        return WebClient.builder()
                .clientConnector(new JdkClientHttpConnector(HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()))
                .filters(all -> all.addAll(List.of(filters)))
                .build();
    }

    private Mono<String> get(WebClient client) {
        return client.get().uri(uri()).retrieve().bodyToMono(String.class);
    }

    /** Lets virtual time pass until the publisher has ended. */
    private <T> T end(Mono<T> mono) throws InterruptedException {
        CompletableFuture<T> future = mono.toFuture();
        for (int i = 0; !future.isDone() && i < 60_000; i++) {
            time.scheduler().runNext();
            Thread.sleep(1);
        }
        return future.join();
    }

    @Test
    void aGetIsRepeatedUntilItSucceedsAndNoThreadWaits() throws InterruptedException {
        answers(503, 500);

        assertThat(end(get(client(WebClientRetry.of(orders))))).isEqualTo("status 200");

        assertThat(requests).extracting(one -> one.header(AttemptHeader.NAME)).containsExactly(null, "2", "3");
        assertThat(time.sleeper().sleeps()).isEmpty();
    }

    @Test
    void eachSubscriptionIsACallWithAttemptsOfItsOwn() throws InterruptedException {
        answers(503, 200, 503, 200);
        Mono<String> mono = get(client(WebClientRetry.of(orders)));

        end(mono);
        end(mono);

        assertThat(requests).extracting(one -> one.header(AttemptHeader.NAME)).containsExactly(null, "2", null, "2");
    }

    @Test
    void theErrorIsThatOfTheLastResponse() {
        answers(503, 500, 502);

        assertThatThrownBy(() -> end(get(client(WebClientRetry.of(orders)))))
                .cause()
                .isInstanceOfSatisfying(WebClientResponseException.class, error -> {
                    assertThat(error.getStatusCode().value()).isEqualTo(502);
                    assertThat(error.getResponseBodyAsString()).isEqualTo("status 502");
                });
    }

    @Test
    void aPostIsSentOnceUnlessTheUserSaysThatItMayBeRepeated() throws InterruptedException {
        answers(503, 503);
        WebClient once = client(WebClientRetry.of(orders));
        WebClient again =
                client(WebClientRetry.of(orders.with(CallOptions.defaults().idempotent())));

        assertThatThrownBy(() -> end(post(once))).hasCauseInstanceOf(WebClientResponseException.class);
        assertThat(requests).hasSize(1);
        assertThat(end(post(again))).isEqualTo("status 200");
        assertThat(requests).extracting(Received::body).containsExactly("body", "body", "body");
    }

    private Mono<String> post(WebClient client) {
        return client.post().uri(uri()).bodyValue("body").retrieve().bodyToMono(String.class);
    }

    @Test
    void aBodyThatCanBeReadOnceIsSentOnceWhereTheUserSaysSo() {
        answers(503, 503);
        Retry once = orders.with(CallOptions.defaults().notRepeatable());
        Mono<String> mono = client(WebClientRetry.of(once))
                .put()
                .uri(uri())
                .body(Flux.just("bo", "dy"), String.class)
                .retrieve()
                .bodyToMono(String.class);

        assertThatThrownBy(() -> end(mono)).hasCauseInstanceOf(WebClientResponseException.class);

        assertThat(requests).extracting(Received::body).containsExactly("body");
        assertThat(orders.snapshot().stopped(StopReason.NOT_REPEATABLE)).isEqualTo(1);
    }

    @Test
    void whatTheServerAsksForIsWaitedFor() throws InterruptedException {
        answers(429);
        Retry patient = open(service("patient")
                .policy(policy().reset(ErrorCategory.RATE_LIMIT).build())
                .build());

        end(get(client(WebClientRetry.of(patient))));

        assertThat(time.scheduler().delays()).contains(Duration.ofSeconds(7));
    }

    @Test
    void theTimeThatIsLeftIsSentWhereTheCallHasADeadline() {
        Retry hurried = orders.with(CallOptions.defaults().deadline(Duration.ofSeconds(2)));

        assertThat(get(client(WebClientRetry.of(hurried))).block()).isEqualTo("status 200");

        assertThat(requests).extracting(one -> one.header("forbear-timeout-ms")).containsExactly("2000");
    }

    @Test
    void aCallThatIsRefusedSaysWhyAsAnErrorOfTheClient() {
        Retry guarded = open(service("guarded")
                .circuitBreaker(CircuitBreakers.failureRate(0.5))
                .build());
        guarded.circuitBreaker().orElseThrow().forceOpen();

        assertThatThrownBy(() -> end(get(client(WebClientRetry.of(guarded)))))
                .cause()
                .isInstanceOf(WebClientRequestException.class)
                .hasCauseInstanceOf(NoResponseException.class)
                .hasRootCauseInstanceOf(CircuitOpenException.class);
        assertThat(requests).isEmpty();
    }

    @Test
    void filtersBeforeItRunOnceAndThoseAfterItForEachAttempt() throws InterruptedException {
        answers(503, 503);
        List<String> seen = new ArrayList<>();

        end(get(client(adding("before", seen), WebClientRetry.of(orders), adding("after", seen))));

        assertThat(seen).containsExactly("before", "after", "after", "after");
        assertThat(requests).extracting(one -> one.headers().get("trace")).containsOnly(List.of("before", "after"));
    }

    private static ExchangeFilterFunction adding(String name, List<String> seen) {
        return (request, next) -> {
            seen.add(name);
            return next.exchange(ClientRequest.from(request)
                    .headers(headers -> headers.add("trace", name))
                    .build());
        };
    }

    // ---- without a server

    /** Answers 503 until it is asked for the last time, and knows whether the bodies of these answers were released. */
    private final class Bodies implements ExchangeFunction {
        final List<Boolean> released = new ArrayList<>();
        private final int failures;

        Bodies(int failures) {
            this.failures = failures;
        }

        @Override
        public Mono<ClientResponse> exchange(ClientRequest request) {
            int index = released.size();
            released.add(false);
            HttpStatus status = index < failures ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK;
            return Mono.just(ClientResponse.create(status)
                    .body(Flux.<org.springframework.core.io.buffer.DataBuffer>empty()
                            .doOnComplete(() -> released.set(index, true)))
                    .build());
        }
    }

    private static ClientRequest request() {
        return ClientRequest.create(
                        org.springframework.http.HttpMethod.GET, java.net.URI.create("http://127.0.0.1/orders"))
                .build();
    }

    @Test
    void theBodyOfAResponseIsReleasedBeforeTheWaitAndThatOfTheLastIsLeftToTheCaller() throws InterruptedException {
        Bodies bodies = new Bodies(9);

        CompletableFuture<ClientResponse> future =
                WebClientRetry.of(orders).filter(request(), bodies).toFuture();
        assertThat(bodies.released).containsExactly(true);
        time.scheduler().runAll();

        assertThat(future.join().statusCode().value()).isEqualTo(503);
        assertThat(bodies.released).containsExactly(true, true, false);
    }

    @Test
    void disposingEndsTheWait() {
        Bodies bodies = new Bodies(9);

        Disposable call = WebClientRetry.of(orders).filter(request(), bodies).subscribe();
        call.dispose();
        time.scheduler().runAll();

        assertThat(bodies.released).hasSize(1);
        assertThat(orders.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aFailedResponseThatThePolicyThrowsIsThatOfTheClient() {
        Retry strict = open(
                service("strict").policy(policy().throwFailedResults().build()).build());

        CompletableFuture<ClientResponse> future =
                WebClientRetry.of(strict).filter(request(), new Bodies(9)).toFuture();
        time.scheduler().runAll();

        assertThatThrownBy(future::join)
                .cause()
                .isInstanceOfSatisfying(FailedResultException.class, failed -> assertThat(failed.result())
                        .isInstanceOf(ClientResponse.class));
    }

    @Test
    void eachSubscriptionAsksForItsRetry() {
        Retry other = open(service("other").build());
        WebClientRetry byAttribute =
                WebClientRetry.of(request -> request.attribute("other").isPresent() ? other : orders);

        byAttribute.filter(request(), new Bodies(0)).block();
        byAttribute
                .filter(ClientRequest.from(request()).attribute("other", true).build(), new Bodies(0))
                .block();

        assertThat(orders.snapshot().calls()).isEqualTo(1);
        assertThat(other.snapshot().calls()).isEqualTo(1);
    }
}
