package io.forbear.retry.it.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Stands before what a Prometheus scrapes, and answers for a process once that has warmed up: the first seconds of a
 * Java program say nothing of the service that it calls.
 */
final class WarmTargets implements AutoCloseable {

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    WarmTargets() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    /** Returns the target to scrape in place of a program that serves its metrics on a port, and starts right now. */
    ScrapeTarget of(String service, int port) {
        long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(AlertScenario.WARM);
        server.createContext("/" + service, exchange -> answer(exchange, port, warm));
        return target(service);
    }

    /** Returns the target of a program that is started later. */
    ScrapeTarget target(String service) {
        return new ScrapeTarget(service, "one", server.getAddress().getPort(), "/" + service, service);
    }

    private void answer(HttpExchange exchange, int port, long warm) throws IOException {
        if (System.nanoTime() - warm < 0) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        try {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().firstValue("Content-Type").ifPresent(type -> exchange.getResponseHeaders()
                    .set("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (IOException over) {
            exchange.sendResponseHeaders(503, -1);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
