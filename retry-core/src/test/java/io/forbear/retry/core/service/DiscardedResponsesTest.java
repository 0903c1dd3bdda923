package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A response that is retried reaches no caller: it is closed, and its connection carries the next attempt. */
class DiscardedResponsesTest {

    private static final int UNAVAILABLE = 503;
    private static final int CALLS = 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Integer> portsOfClient = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;

    /** Says whether it was closed. */
    private static final class Response implements AutoCloseable {
        private final int status;
        private volatile boolean closed;

        Response(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @BeforeEach
    void starts() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            portsOfClient.add(exchange.getRemoteAddress().getPort());
            byte[] body = new byte[64 * 1024];
            exchange.sendResponseHeaders(UNAVAILABLE, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stops() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static Retry service(RetryPolicy.Builder policy) {
        return Retries.named("users")
                .policy(policy.maxAttempts(3).backoff(Backoff.none()).build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    private static Retry ofResponses() {
        return service(RetryPolicy.builder()
                .classifyResult(Response.class, response -> Classification.ofHttpStatus(response.status())));
    }

    private static Response next(List<Response> made) {
        Response response = new Response(made.size() < 2 ? UNAVAILABLE : 200);
        made.add(response);
        return response;
    }

    @Test
    void whatIsRetriedIsClosedAndWhatIsReturnedIsNot() throws Exception {
        List<Response> made = new ArrayList<>();
        Response returned = ofResponses().call(() -> next(made));

        assertThat(made).extracting(response -> response.closed).containsExactly(true, true, false);
        assertThat(returned).isSameAs(made.get(2));

        made.clear();
        ofResponses()
                .callAsync(() -> CompletableFuture.completedFuture(next(made)))
                .get(1, TimeUnit.MINUTES);
        assertThat(made).extracting(response -> response.closed).containsExactly(true, true, false);
    }

    @Test
    void whatComesAfterACancelIsClosed() {
        CompletableFuture<Response> stubborn = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        ofResponses().callAsync(() -> stubborn).cancel(true);
        Response late = new Response(200);

        stubborn.complete(late);

        assertThat(late.closed).isTrue();
    }

    /**
     * A body that was not read would cost a connection, 40 in all. A few may be lost where the machine is so busy that
     * a body does not come within the time that a caller waits for it.
     */
    @Tag("bounds")
    @Test
    void theirConnectionsCarryTheNextAttempts() throws Exception {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"))
                .timeout(Duration.ofMinutes(1))
                .build();
        Retry retry = service(RetryPolicy.builder()
                .classifyResult(HttpResponse.class, response -> Classification.ofHttpStatus(response.statusCode())));

        for (int i = 0; i < CALLS; i++) { // what it is given, the caller reads and closes
            HttpResponse<InputStream> last = retry.call(() -> http.send(request, BodyHandlers.ofInputStream()));
            try (InputStream body = last.body()) {
                body.readAllBytes();
            }
        }

        assertThat(requests).hasValue(3 * CALLS);
        assertThat(portsOfClient)
                .as("each of the %d that are discarded would cost its connection", 2 * CALLS)
                .hasSizeLessThan(CALLS + CALLS / 2);
    }
}
