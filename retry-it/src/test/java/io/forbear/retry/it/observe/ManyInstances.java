package io.forbear.retry.it.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Instances of one caller, each with registry, retry and metrics of its own, that call a real HTTP service. One of them
 * can lose its way to the service.
 */
final class ManyInstances implements AutoCloseable {

    static final int COUNT = 20;
    private static final int CALLS_PER_SECOND = 4;
    private static final int BAD = 7;

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ScheduledExecutorService callers = Executors.newScheduledThreadPool(4);
    private final List<PrometheusMeterRegistry> registries = new ArrayList<>();
    private final List<Retry> retries = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean oneIsBad;

    ManyInstances() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/work", exchange -> answer(exchange, ""));
        for (int i = 0; i < COUNT; i++) {
            PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            Retry retry = Retries.named("users")
                    .listener(MicrometerRetry.bindTo(registry))
                    .build();
            registries.add(registry);
            retries.add(retry);
            server.createContext("/metrics/" + i, exchange -> answer(exchange, registry.scrape()));
            int instance = i;
            long period = TimeUnit.SECONDS.toMicros(1) / CALLS_PER_SECOND;
            callers.scheduleAtFixedRate(
                    () -> view(retry).callAsync(() -> send(instance)),
                    period * i / COUNT,
                    period,
                    TimeUnit.MICROSECONDS);
        }
        server.start();
    }

    private CompletableFuture<Integer> send(int instance) {
        return client.sendAsync(request(instance), HttpResponse.BodyHandlers.discarding())
                .thenApply(ManyInstances::checked);
    }

    /** In bad times calls are made for clients, and each fourth one is a retry of an outer layer. */
    private Retry view(Retry retry) {
        int number = calls.incrementAndGet();
        return oneIsBad
                ? retry.forClient("client-" + number % 50)
                        .with(CallOptions.defaults().upstreamAttempt(number % 4 == 0 ? 2 : 1))
                : retry;
    }

    private static int checked(HttpResponse<?> response) {
        return response.statusCode();
    }

    /** The bad instance calls a port on which nobody listens. */
    private HttpRequest request(int instance) {
        int port = oneIsBad && instance == BAD ? 1 : server.getAddress().getPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/work"))
                .timeout(Duration.ofSeconds(2))
                .build();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Takes the way to the service from one instance, and pauses the retries of another for a while. */
    void makeOneBad() {
        oneIsBad = true;
        retries.get(0).operations().pauseRetries(Duration.ofSeconds(30), "the test", "to see it on a dashboard");
    }

    List<ScrapeTarget> targets() {
        List<ScrapeTarget> targets = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            targets.add(new ScrapeTarget(
                    "one-bad", "instance-" + i, server.getAddress().getPort(), "/metrics/" + i, "one-bad-instance"));
        }
        return targets;
    }

    @Override
    public void close() {
        callers.shutdownNow();
        retries.forEach(Retry::close);
        server.stop(0);
        registries.forEach(PrometheusMeterRegistry::close);
    }
}
