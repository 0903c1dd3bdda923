package io.forbear.retry.lab.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.lab.storm.StormListener;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.operations.ServiceEvent;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Serves the meters of all retries of a storm at {@code /metrics} on loopback. */
final class MetricsEndpoint implements AutoCloseable {

    private static final String PATH = "/metrics";
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpServer server;

    private MetricsEndpoint(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
    }

    static MetricsEndpoint on(int port) {
        try {
            return new MetricsEndpoint(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
        } catch (IOException taken) {
            throw new IllegalArgumentException("--serve: " + port + " (expected: a port that is free)", taken);
        }
    }

    String address() {
        String host = server.getAddress().getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort() + PATH;
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean found = exchange.getRequestURI().getPath().equals(PATH);
        byte[] body =
                (found ? registry.scrape() : "not here (expected: " + PATH + ")\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", TYPE);
        exchange.sendResponseHeaders(found ? 200 : 404, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    RetryListener listener() {
        return new KeepsMeters(
                MicrometerRetry.builder(registry).percentileHistogram().build());
    }

    StormListener following(StormListener other) {
        return new StormMeters(registry, other);
    }

    @Override
    public void close() {
        server.stop(0);
        registry.close();
    }

    /** Keeps the meters of a policy whose turn is over, so that no scrape misses the last counts of its calls. */
    private record KeepsMeters(RetryListener meters) implements RetryListener {

        @Override
        public void registered(Retry retry) {
            meters.registered(retry);
        }

        @Override
        public void onEvent(ServiceEvent event) {
            meters.onEvent(event);
        }

        @Override
        public boolean observesEveryCall() {
            return meters.observesEveryCall();
        }

        @Override
        public @Nullable CallObserver observe(String service, @Nullable String client, CallOptions options) {
            return meters.observe(service, client, options);
        }
    }
}
