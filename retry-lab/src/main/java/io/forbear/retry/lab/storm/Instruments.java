package io.forbear.retry.lab.storm;

import io.forbear.retry.RetryListener;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What looks at a storm from outside while it goes on. It changes nothing that is measured. Thread-safe. */
public interface Instruments {

    /** Looks at nothing. */
    Instruments NONE = new Instruments() {
        @Override
        public List<RetryListener> listeners() {
            return List.of();
        }

        @Override
        public CompletableFuture<Integer> request(
                HttpRequest request, Function<HttpRequest, CompletableFuture<Integer>> send) {
            return send.apply(request);
        }
    };

    /**
     * Returns the listener that is told of the retries of every client.
     *
     * @return listeners
     */
    List<RetryListener> listeners();

    /**
     * Sends one request.
     *
     * @param request as the client made it
     * @param send sends it; the status, or a failure, which is a {@link StatusException} where the service answered
     * @return what {@code send} returned, itself: a caller that cancels it cancels the request
     */
    CompletableFuture<Integer> request(HttpRequest request, Function<HttpRequest, CompletableFuture<Integer>> send);
}
