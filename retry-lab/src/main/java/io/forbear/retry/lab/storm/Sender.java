package io.forbear.retry.lab.storm;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The connections of a client, and how it sends one attempt. Thread-safe.
 *
 * <p>Requests are PUT: a method that may be repeated, and one that the JDK's client does not repeat by itself as it
 * does GET, so that every request is one that the policy decided on.
 */
final class Sender {

    /** Carries where the call stands among all calls, which decides by which faults it is hit. */
    static final String PLACE = "Lab-Call-Place";

    private static final int OK = 200;

    private final HttpClient connections;
    private final List<URI> uris;
    private final Duration timeout;
    private final Instruments instruments;

    /**
     * Prepares.
     *
     * @param uris a request goes to any of them
     * @param timeoutMillis how long an attempt waits for its answer
     */
    Sender(HttpClient connections, List<URI> uris, long timeoutMillis, Instruments instruments) {
        this.connections = connections;
        this.uris = uris;
        this.timeout = Duration.ofMillis(timeoutMillis);
        this.instruments = instruments;
    }

    static HttpClient connections(Executor executor) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor)
                .build();
    }

    /** Sends one attempt of a call; what it ends with is the status 200 or a failure. */
    CompletableFuture<Integer> send(double place) {
        URI uri = uris.size() == 1
                ? uris.get(0)
                : uris.get(ThreadLocalRandom.current().nextInt(uris.size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .PUT(HttpRequest.BodyPublishers.noBody())
                .timeout(timeout);
        if (place != Calls.ANYWHERE) {
            request.header(PLACE, Double.toString(place));
        }
        return instruments.request(request.build(), this::send);
    }

    private CompletableFuture<Integer> send(HttpRequest request) {
        return connections.sendAsync(request, BodyHandlers.discarding()).thenCompose(response -> {
            int status = response.statusCode();
            return status == OK
                    ? CompletableFuture.completedFuture(status)
                    : CompletableFuture.failedFuture(new StatusException(
                            status, response.headers().firstValue("Retry-After").orElse(null)));
        });
    }
}
