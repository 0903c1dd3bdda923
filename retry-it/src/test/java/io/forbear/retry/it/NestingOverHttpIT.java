package io.forbear.retry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.AttemptHeader;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two services over HTTP: the near one retries, and the far one retries a backend that is down. */
class NestingOverHttpIT {

    private static final int UNAVAILABLE = 503;

    private final AtomicInteger backendReached = new AtomicInteger();
    private final List<Integer> attemptsReceived = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMinutes(1))
            .build();

    private final Retry near = service("near", RetryPolicy.builder());
    private HttpServer server;

    @BeforeEach
    void starts() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stops() {
        server.stop(0);
    }

    private static Retry service(String name, RetryPolicy.Builder policy) {
        return Retries.named(name)
                .policy(policy.maxAttempts(3).backoff(Backoff.none()).build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    /** What the far side does with each request: it calls its own backend, which is down. */
    private void serve(Retry far) {
        server.createContext("/", exchange -> {
            String received = exchange.getRequestHeaders().getFirst(AttemptHeader.NAME);
            CallOptions options = AttemptHeader.options(received, CallOptions.defaults());
            attemptsReceived.add(options.upstreamAttempt());
            try {
                far.with(options).run(() -> {
                    backendReached.incrementAndGet();
                    throw new IOException("backend is down");
                });
                answer(exchange, 200);
            } catch (IOException down) {
                answer(exchange, UNAVAILABLE);
            }
        });
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    /** One attempt of the near side. */
    private void sends(String header) throws IOException, InterruptedException {
        URI address = URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/");
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(1));
        if (header != null) {
            request.header(AttemptHeader.NAME, header);
        }
        if (http.send(request.build(), BodyHandlers.discarding()).statusCode() == UNAVAILABLE) {
            throw new IOException("far side is down");
        }
    }

    @Test
    void theFarSideDoesNotRetryWhatIsARetryAlready() {
        Retry far = service("far", RetryPolicy.builder().refuseNested());
        serve(far);

        assertThatThrownBy(() -> near.run(() -> sends(AttemptHeader.value(Retries.currentAttempt()))))
                .isInstanceOf(IOException.class);

        assertThat(attemptsReceived).containsExactly(1, 2, 3);
        assertThat(backendReached).as("3 + 3 - 1").hasValue(5);
        assertThat(far.snapshot().stopped(StopReason.NESTED)).isEqualTo(2);
    }

    @Test
    void withoutTheHeaderTheLayersMultiply() {
        Retry far = service("far", RetryPolicy.builder().refuseNested());
        serve(far);

        assertThatThrownBy(() -> near.run(() -> sends(null))).isInstanceOf(IOException.class);

        assertThat(attemptsReceived).containsExactly(1, 1, 1);
        assertThat(backendReached).as("3 × 3").hasValue(9);
    }

    @Test
    void aFarSideThatAllowsItCountsNestedRetries() {
        Retry far = service("far", RetryPolicy.builder());
        serve(far);

        assertThatThrownBy(() -> near.run(() -> sends(AttemptHeader.value(Retries.currentAttempt()))))
                .isInstanceOf(IOException.class);

        assertThat(backendReached).hasValue(9);
        assertThat(far.snapshot().nested()).as("two of each nested call").isEqualTo(4);
    }

    @Test
    void junkInTheHeaderChangesNothing() {
        Retry far = service("far", RetryPolicy.builder().refuseNested());
        serve(far);

        assertThatThrownBy(() -> near.run(() -> sends("9".repeat(4_000)))).isInstanceOf(IOException.class);

        assertThat(attemptsReceived).containsExactly(1, 1, 1);
        assertThat(far.snapshot().stopped(StopReason.NESTED)).isZero();
    }
}
